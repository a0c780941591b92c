import { isNode, isScalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { afterComments, columnOf, contentEnd, lineBreakAt, lineStart, nextLine } from './lines.ts';
import type { EntryStyle, Fields, ListStyle, TextStyle } from './style.ts';
import { blockItem, flowMap } from './write-item.ts';

export interface Insertion {
  offset: number;
  inserted: string;
}

/** How to write an entry of a list, and a list within it. */
export type ItemStyle = TextStyle & EntryStyle & { targets: ListStyle };

/** Puts an item behind the last one of a list. */
export function insertItem(text: string, list: YAMLSeq, item: Fields, style: ItemStyle): Insertion {
  if (list.flow) {
    const [start, end] = list.range ?? [0, 0];
    const last = list.items.at(-1);
    const lastSpan = isNode(last) && last.range ? last.range : undefined;
    return insertInBrackets(text, [start, end], lastSpan, flowMap(item, style));
  }
  const column = columnOf(text, list);
  const end = nextLine(text, contentEnd(list));
  const lines = blockItem(item, column, style);
  return insertLines(text, afterComments(text, end, column), areApart(text, list) ? ['', ...lines] : lines);
}

/** Puts the first item of a list below its key, which has no value. */
export function insertFirst(
  text: string,
  map: YAMLMap,
  key: string,
  item: Fields,
  style: ItemStyle,
): Insertion {
  const column = columnOf(text, map);
  const pair = map.items.find((other) => isScalar(other.key) && other.key.value === key);
  const end = nextLine(text, contentEnd(pair?.key));
  return insertLines(text, afterComments(text, end, column), blockItem(item, column + 2, style));
}

/** Puts lines where a line starts, or behind the last one. */
export function insertLines(text: string, offset: number, lines: string[]): Insertion {
  const lineBreak = lineBreakAt(text, offset);
  const block = lines.join(lineBreak);
  const isOpen = lineStart(text, offset) !== offset;
  return { offset, inserted: isOpen ? lineBreak + block : block + lineBreak };
}

/** Whether the last two items have a blank line between them. */
function areApart(text: string, { items }: YAMLSeq): boolean {
  const [previous, last] = items.slice(-2);
  if (!isNode(last)) return false;
  const between = text.slice(nextLine(text, contentEnd(previous)), last.range?.[0]);
  return /^[ \t]*\r?\n/m.test(between);
}

/**
 * Puts an item behind the last one within brackets or braces.
 *
 * @param span from the opening bracket to behind the closing one
 * @param last of the last item; undefined for none
 */
export function insertInBrackets(
  text: string,
  [start, end]: readonly [start: number, end: number],
  last: readonly [start: number, end: number, ...rest: unknown[]] | undefined,
  item: string,
): Insertion {
  if (last === undefined) {
    const padding = text.startsWith(' ', start + 1) ? ' ' : '';
    return { offset: start + 1, inserted: padding + item };
  }

  const [lastStart, lastEnd] = last;
  const comma = /^(?:\s|#[^\n]*)*,/.exec(text.slice(lastEnd, end))?.[0] ?? '';
  const offset = lastEnd + comma.length;
  const before = text.slice(lineStart(text, lastStart), lastStart);
  const newLine = lineBreakAt(text, offset) + before.replace(/\S/g, ' ');
  const comment = /^[ \t]*#[^\r\n]*/.exec(text.slice(offset))?.[0];
  if (comment !== undefined) {
    // Behind the comment, so that it stays with the item that it is about.
    const inserted = comma === '' ? `${newLine}, ${item}` : `${newLine}${item},`;
    return { offset: offset + comment.length, inserted };
  }
  const space = before.trim() === '' ? newLine : ' ';
  return { offset, inserted: comma === '' ? `,${space}${item}` : `${space}${item},` };
}
