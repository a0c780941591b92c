import type { ReportAt } from '../problems/check-shape.ts';
import { formatPath, type Problem } from '../problems/problem.ts';
import { decodeText } from './decode-text.ts';
import { parseYaml, type YamlText } from './parse-yaml.ts';

/** A file of YAML that can be read as far as its syntax goes. */
export interface OpenedYaml {
  yaml: YamlText;
  /** What was reported, in that order. */
  problems: Problem[];
  report: ReportAt;
  warn: ReportAt;
}

/**
 * Reads a file as YAML, and keeps the place of everything in it for what is reported afterwards.
 * Never throws for what a file may contain.
 *
 * @param file the name that problems carry
 * @returns only problems where the text is no YAML
 */
export function openYaml(
  content: string | Uint8Array,
  file: string,
): OpenedYaml | { yaml?: undefined; problems: Problem[] } {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { text, problem } = decodeText(bytes, file);
  if (text === undefined) return { problems: [problem] };

  const yaml = parseYaml(text, file);
  if (yaml.problems.length > 0) return { problems: yaml.problems };

  const problems: Problem[] = [];
  const reporter = (severity: Problem['severity']): ReportAt => {
    return (path, code, message, hint, at) => {
      const place = yaml.locate(path, at);
      problems.push({ file, path: formatPath(path), ...place, severity, code, message, hint: hint ?? null });
    };
  };
  return { yaml, problems, report: reporter('error'), warn: reporter('warning') };
}

/** Problems in the order of the file. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
