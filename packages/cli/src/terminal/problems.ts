import { styleText } from 'node:util';
import { formatProblem, type Problem } from '@xacct/core';

/** How many lines of the file are shown above the offending one. */
const LINES_BEFORE = 1;
/** A longer line is cut around the offending value. */
const WIDTH = 100;

/**
 * Renders every problem on a line, with its place in the file below.
 *
 * @param text the file
 * @param stream to which it is written: colours only if it shows them
 */
export function renderProblems(
  problems: readonly Problem[],
  text: string,
  stream: NodeJS.WritableStream,
): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return problems.map((problem) => renderProblem(problem, lines, stream)).join('\n');
}

function renderProblem(problem: Problem, lines: readonly string[], stream: NodeJS.WritableStream): string {
  const colour = problem.severity === 'error' ? 'red' : 'yellow';
  const paint = (format: Parameters<typeof styleText>[0], part: string) =>
    styleText(format, part, { stream });
  return [
    paint(colour, formatProblem(problem)),
    ...codeFrame(problem, lines, (part) => paint(colour, part)),
  ].join('\n');
}

/** The offending line with the lines before it, and marks under the value. */
function codeFrame(
  { line, column, length }: Problem,
  lines: readonly string[],
  mark: (text: string) => string,
): string[] {
  const offending = lines[line - 1];
  if (offending === undefined || offending.trim() === '') return [];
  const first = Math.max(1, line - LINES_BEFORE);
  const gutter = String(line).length;
  // The width of a tab varies; a blank keeps the marks under the value.
  const shown = (text: string) => cut(text.replaceAll('\t', ' '), column);
  const frame = lines.slice(first - 1, line).map((text, index) => {
    return `  ${String(first + index).padStart(gutter)} │ ${shown(text)}`.trimEnd();
  });
  const start = column - 1 - startOfCut(column);
  const marks = '^'.repeat(Math.max(1, Math.min(length, WIDTH - start, offending.length - column + 1)));
  return [...frame, `  ${' '.repeat(gutter)} │ ${' '.repeat(start)}${mark(marks)}`];
}

function cut(text: string, column: number): string {
  const start = startOfCut(column);
  return text.slice(start, start + WIDTH);
}

function startOfCut(column: number): number {
  return column > WIDTH ? column - WIDTH / 2 : 0;
}
