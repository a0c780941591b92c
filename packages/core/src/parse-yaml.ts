import { isMap, isNode, isScalar, isSeq, LineCounter, type Pair, parseDocument } from 'yaml';
import type { Path, Problem } from './problem.ts';

export interface YamlText {
  /** The document as plain values; undefined where the text is no YAML. */
  value: unknown;
  /** Line and column, 1-based, of the value at `path`, or of the nearest place above it that exists. */
  locate(path: Path, at?: 'key' | 'value'): { line: number; column: number };
  /** Syntax errors, duplicate keys among them. */
  problems: Problem[];
}

/** Reads YAML text, keeping the place of everything in it. Never throws for what a text may contain. */
export function parseYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const problems = document.errors.map(
    (error): Problem => ({
      file,
      path: '',
      ...place(error.pos[0]),
      code: 'yaml-syntax',
      message: sentence(error.message),
      hint: null,
    }),
  );
  const value = problems.length === 0 ? toValue(document.toJS.bind(document), problems, file) : undefined;

  return {
    value,
    problems,
    locate(path, at = 'value') {
      let node: unknown = document.contents;
      let offset = startOf(node) ?? 0;
      for (const [depth, key] of path.entries()) {
        const step = descend(node, key);
        if (step === undefined) break;
        const last = depth === path.length - 1;
        offset =
          startOf(last && at === 'key' ? (step.pair?.key ?? step.value) : step.value) ??
          startOf(step.pair?.key) ??
          offset;
        node = step.value;
      }
      return place(offset);
    },
  };
}

/** Aliases are resolved here, and this is where an alias bomb is refused. */
function toValue(
  toJS: (options: { maxAliasCount: number }) => unknown,
  problems: Problem[],
  file: string,
): unknown {
  try {
    return toJS({ maxAliasCount: 1000 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push({
      file,
      path: '',
      line: 1,
      column: 1,
      code: 'yaml-syntax',
      message: sentence(message),
      hint: null,
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

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
