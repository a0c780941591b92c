import { type Document, isCollection, isMap, isNode, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import type { Path, Problem } from '../problems/problem.ts';
import { smallest } from '../values/smallest.ts';
import { findYamlMistakes, type YamlMistake } from './yaml-mistakes.ts';

/** Line and column are 1-based; the length is that of the value on its first line, at least 1. */
export type Place = Pick<Problem, 'line' | 'column' | 'length'>;

export interface YamlText {
  /** The document's tree, with the place of each node in the text. */
  document: Document.Parsed;
  /** The document as plain values; undefined where the text is no YAML. */
  value: unknown;
  /** The place of the value at `path`, or of the nearest one above it that exists. */
  locate(path: Path, at?: 'key' | 'value'): Place;
  /** The scalar at `path` as the file spells it, without quotes: `012` where the value is 12. */
  spelling(path: Path): string | undefined;
  /** Syntax errors, duplicate keys and broken aliases among them. */
  problems: Problem[];
}

/** Reads YAML text, keeping the place of everything in it. Never throws for what a text may contain. */
export function parseYaml(text: string, file: string): YamlText {
  const plain = text.replace(/^\uFEFF/, '');
  const document = parseDocument(plain, {
    prettyErrors: false,
    // The values of JSON and no others, whatever directives and tags the file has.
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    merge: true,
  });
  const place = createPlaces(plain);

  const mistakes = findYamlMistakes(document, (offset) => place(offset).line, plain.includes('*'));
  const value = mistakes.length === 0 ? toValue(document.toJS.bind(document), mistakes) : undefined;
  const problems = mistakes.map(({ offset, message, hint }): Problem => {
    return { file, path: '', ...place(offset), severity: 'error', code: 'yaml-syntax', message, hint };
  });

  return {
    value,
    document,
    problems,
    locate(path, at = 'value') {
      let node: unknown = document.contents;
      let found = node;
      for (const [depth, key] of path.entries()) {
        const step = descend(node, key);
        if (step === undefined) break;
        const wanted = depth === path.length - 1 && at === 'key' ? step.pair?.key : step.value;
        found = isNode(wanted) ? wanted : (step.pair?.key ?? step.value);
        node = step.value;
      }
      const [start, end] = rangeOf(found) ?? rangeOf(document.contents) ?? [0, 0];
      return place(start, isCollection(found) ? undefined : end);
    },
    spelling(path) {
      const node = path.reduce<unknown>((above, key) => descend(above, key)?.value, document.contents);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

/** Aliases are resolved here, and this is where an alias bomb is refused. */
function toValue(toJS: (options: { maxAliasCount: number }) => unknown, mistakes: YamlMistake[]): unknown {
  try {
    return toJS({ maxAliasCount: 1000 });
  } catch {
    mistakes.push({
      offset: 0,
      message: 'the aliases stand for too many values',
      hint: 'write the values out',
    });
    return undefined;
  }
}

function descend(node: unknown, key: string | number): { value: unknown; pair?: Pair } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair && { value: pair.value, pair };
  }
  if (isSeq(node)) {
    const value = node.items[Number(key)];
    return value === undefined ? undefined : { value };
  }
  return undefined;
}

/** Finds places by offset. Counted here, as the parser's own counter misses lines after some errors. */
function createPlaces(text: string): (offset: number, end?: number) => Place {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);

  return (offset, end = offset) => {
    const line = lastAtMost(lineStarts, offset);
    const lineEnd = (lineStarts[line + 1] ?? text.length + 1) - 1;
    const value = text.slice(offset, Math.min(end, lineEnd)).replace(/\r$/, '');
    return {
      line: line + 1,
      column: offset - (lineStarts[line] ?? 0) + 1,
      length: Math.max(1, value.length),
    };
  };
}

/** Index of the last of sorted numbers that is not above `limit`. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  return smallest(1, sorted.length, (index) => (sorted[index] ?? 0) > limit) - 1;
}

function rangeOf(node: unknown): [start: number, end: number] | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}
