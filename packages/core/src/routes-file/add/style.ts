import { type Document, isMap, isScalar, isSeq, Scalar, visit, type YAMLSeq } from 'yaml';
import { parseJson } from '../../values/parse-json.ts';
import { columnOf, lineStart } from './lines.ts';

/** A mapping to write, in the order of its keys. */
export type Fields = [key: string, value: string | Fields[]][];

/** How the file writes scalars and flow collections. */
export interface TextStyle {
  quote: '"' | "'";
  /** JSON has every key and value in quotes. */
  json: boolean;
  /** The padding inside braces and brackets. */
  braces: '' | ' ';
  brackets: '' | ' ';
}

/** How a list writes its entries: `- { a: b }`, or `-` with a gap of spaces and a key on each line. */
export interface EntryStyle {
  flow: boolean;
  gap: number;
}

/** How entries write a list below one of their keys. */
export interface ListStyle {
  /** `[…]` in place of lines with dashes. */
  flow: boolean;
  /** Columns from the key to the dashes below it. */
  indent: number;
  entry: EntryStyle;
}

/** The style of the last scalar and the last collection of each kind, which are the nearest to the routes. */
export function textStyle(text: string, document: Document.Parsed): TextStyle {
  const style: TextStyle = { quote: '"', json: parseJson(text) !== undefined, braces: ' ', brackets: '' };
  const paddingIn = (range: [number, number, number]) => (/\s/.test(text.charAt(range[0] + 1)) ? ' ' : '');
  visit(document, {
    Scalar(_, { type }) {
      if (type === Scalar.QUOTE_SINGLE) style.quote = "'";
      if (type === Scalar.QUOTE_DOUBLE) style.quote = '"';
    },
    Map(_, { flow, items, range }) {
      if (flow && items.length > 0 && range) style.braces = paddingIn(range);
    },
    Seq(_, { flow, items, range }) {
      if (flow && items.length > 0 && range) style.brackets = paddingIn(range);
    },
  });
  return style;
}

/** The style of the last entry of a list with dashes. */
export function entryStyle(text: string, list: YAMLSeq): EntryStyle {
  const last = list.items.at(-1);
  const start = isMap(last) || isScalar(last) ? (last.range?.[0] ?? 0) : 0;
  const gap = /-( +)$/.exec(text.slice(lineStart(text, start), start))?.[1] ?? ' ';
  return { flow: isMap(last) && last.flow === true, gap: gap.length };
}

/** The style of the targets of the last route that is not in braces. */
export function targetsStyle(text: string, routes: unknown): ListStyle {
  const items = isSeq(routes) ? routes.items : [];
  for (const route of items.toReversed()) {
    const targets = isMap(route) && !route.flow ? route.get('targets', true) : undefined;
    if (!isMap(route) || !isSeq(targets)) continue;
    const indent = targets.flow ? 0 : columnOf(text, targets) - columnOf(text, route);
    return { flow: targets.flow === true, indent, entry: entryStyle(text, targets) };
  }
  return { flow: false, indent: 2, entry: { flow: false, gap: 1 } };
}
