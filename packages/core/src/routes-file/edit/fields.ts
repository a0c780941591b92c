import { type Document, isNode, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { insertInBrackets, insertLines } from '../add/insert-item.ts';
import { afterComments, columnOf, contentEnd, lineStart, nextLine } from '../add/lines.ts';
import { type TextStyle, textStyle } from '../add/style.ts';
import { scalar } from '../add/write-item.ts';

/** Sets a key of a mapping to `true` or to names. A list that is there already keeps what stays in it. */
export function setField(
  text: string,
  document: Document.Parsed,
  map: YAMLMap,
  key: string,
  value: true | readonly string[],
): string {
  const style = textStyle(text, document);
  const pair = pairOf(map, key);
  if (pair === undefined) {
    const written = `${style.json ? JSON.stringify(key) : key}: ${writeValue(value, style)}`;
    return inserted(text, map.flow ? flowField(text, map, written) : blockField(text, map, written));
  }
  const before = pair.value;
  if (isSeq(before) && value !== true) return setList(text, before, value, style);
  const [start, end] = spanOf(before) ?? [contentEnd(pair.key) + 1, contentEnd(pair.key) + 1];
  const isBelow = isSeq(before) && !before.flow;
  return isBelow
    ? `${text.slice(0, contentEnd(pair.key))}: ${writeValue(value, style)}${text.slice(lineEnd(text, end))}`
    : `${text.slice(0, start)}${writeValue(value, style)}${text.slice(end)}`;
}

/** Removes a key with its value: its lines, or its part of the braces. */
export function removeField(text: string, map: YAMLMap, key: string): string {
  const pair = pairOf(map, key);
  return pair === undefined ? text : removeItem(text, map, pair);
}

/** Removes or appends so that a list has these names. */
function setList(text: string, list: YAMLSeq, names: readonly string[], style: TextStyle): string {
  const item = list.items.find((one) => isScalar(one) && !names.includes(String(one.value)));
  if (item !== undefined) return removeItem(text, list, item);
  const added = scalar(names.at(-1) ?? '', style);
  if (list.flow)
    return inserted(text, insertInBrackets(text, spanOf(list) ?? [0, 0], spanOf(list.items.at(-1)), added));
  const column = columnOf(text, list);
  const offset = afterComments(text, nextLine(text, contentEnd(list)), column);
  return inserted(text, insertLines(text, offset, [`${' '.repeat(column)}- ${added}`]));
}

function removeItem(text: string, { flow, items }: YAMLMap | YAMLSeq, item: unknown): string {
  const index = items.indexOf(item as never);
  const [start, end] = spanOf(item) ?? [0, 0];
  const previous = spanOf(items[index - 1]);
  const next = spanOf(items[index + 1]);
  if (flow) return removeInBrackets(text, [start, end], previous, next);
  const first = lineStart(text, start);
  // The first key of an entry is on the line of the dash, which stays.
  if (next !== undefined && hasDash(text, start) && !hasDash(text, next[0]))
    return text.slice(0, start) + text.slice(next[0]);
  const after = nextLine(text, end);
  const isOpen = lineStart(text, after) !== after;
  const lineBreak = isOpen ? (/\r?\n$/.exec(text.slice(0, first))?.[0].length ?? 0) : 0;
  return text.slice(0, first - lineBreak) + text.slice(after);
}

type Span = [start: number, end: number];

/** With the comma that separates it from the others; a comment about another item stays. */
function removeInBrackets(text: string, [start, end]: Span, previous?: Span, next?: Span): string {
  if (next !== undefined) return text.slice(0, start) + text.slice(next[0]);
  const before = (offset: number) => offset - (/\s*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const own = COMMA.exec(text.slice(end))?.[0].length;
  if (own !== undefined) return text.slice(0, before(start)) + text.slice(end + own);
  if (previous === undefined) return text.slice(0, start) + text.slice(end);
  const comma = previous[1] + (COMMA.exec(text.slice(previous[1]))?.[0].length ?? 1) - 1;
  const between = text.slice(comma + 1, start).trim() === '' ? '' : text.slice(comma + 1, before(start));
  return text.slice(0, before(comma)) + between + text.slice(end);
}

const COMMA = /^(?:\s|#[^\n]*)*,/;

function hasDash(text: string, start: number): boolean {
  return /-\s+$/.test(text.slice(lineStart(text, start), start));
}

function flowField(text: string, map: YAMLMap, written: string) {
  return insertInBrackets(text, spanOf(map) ?? [0, 0], spanOf(map.items.at(-1)), written);
}

function blockField(text: string, map: YAMLMap, written: string) {
  const column = columnOf(text, map);
  const offset = afterComments(text, nextLine(text, contentEnd(map)), column);
  return insertLines(text, offset, [`${' '.repeat(column)}${written}`]);
}

function writeValue(value: true | readonly string[], style: TextStyle): string {
  if (value === true) return 'true';
  const { brackets } = style;
  return `[${brackets}${value.map((name) => scalar(name, style)).join(', ')}${brackets}]`;
}

function inserted(text: string, { offset, inserted: piece }: { offset: number; inserted: string }): string {
  return text.slice(0, offset) + piece + text.slice(offset);
}

function pairOf({ items }: YAMLMap, key: string): Pair | undefined {
  return items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

/** Where a node or a pair starts and where its content ends. */
function spanOf(item: unknown): Span | undefined {
  if (isNode(item)) {
    const start = item.range?.[0];
    return start === undefined ? undefined : [start, contentEnd(item)];
  }
  const { key, value } = Object(item) as Partial<Pair>;
  const start = isNode(key) ? key.range?.[0] : undefined;
  return start === undefined ? undefined : [start, Math.max(contentEnd(key), contentEnd(value))];
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : text.charAt(end - 1) === '\r' ? end - 1 : end;
}
