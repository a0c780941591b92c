import { readFileSync } from 'node:fs';

const MOST_LINES = 60;

/**
 * Functions that are too long. The lines of a function that has a name, or is returned, count for that function and not for the
 * one around it: a closure that holds state is like a class, and its functions are like methods. Relies on the formatter.
 */
export function longFunctions(file: string): string[] {
  const functions = functionsIn(readFileSync(file, 'utf8').split('\n'));
  return functions.flatMap(({ start, end }) => {
    const nested = functions.filter((other) => other.start > start && other.end <= end);
    const lines = new Set(range({ start, end })).difference(new Set(nested.flatMap(range))).size;
    if (lines <= MOST_LINES) return [];
    return `${file}:${start + 1} expected at most ${MOST_LINES} lines in a function, got ${lines}; split it along what belongs together`;
  });
}

interface Block {
  /** Indices of its first and last line. */
  start: number;
  end: number;
}

function functionsIn(lines: readonly string[]): Block[] {
  return lines.flatMap((line, start): Block[] => {
    if (!isHead(line)) return [];
    const level = line.length - line.trimStart().length;
    const atLevel = lines.flatMap((other, index) =>
      index > start && other.trim() !== '' && other.length - other.trimStart().length === level
        ? [index]
        : [],
    );
    const [next = start] = atLevel;
    // Parameters over several lines end in a line such as `): void {`.
    const isOpen = line.endsWith('(') || /\(\{$/.test(line);
    if (isOpen && !/^\s*(\)|\}[,:)]).*\{$/.test(lines[next] ?? '')) return [];
    const end = atLevel.find((index) => (!isOpen || index > next) && /^\s*\}/.test(lines[index] ?? ''));
    return end === undefined ? [] : [{ start, end }];
  });
}

/** Whether a line begins a function with a name, a method, or a function that is returned. */
function isHead(line: string): boolean {
  const text = line.trim().replace(/^(export |default |async |get |set |static )+/, '');
  if (/^(if|for|while|switch|catch|else|do|try|return \w|super|new|await)\b/.test(text)) return false;
  return (
    /^function[\s*]/.test(text) ||
    /^const \w+ = (async )?\((.*=> \{|\{)?$/.test(text) ||
    /^return (async )?\((.*=> \{|\{)?$/.test(text) ||
    /^#?\w+\((.*\)(: .*)? \{|\{)?$/.test(text) ||
    /^\w+: (async )?\(.*=> \{$/.test(text)
  );
}

function range({ start, end }: Block): number[] {
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}
