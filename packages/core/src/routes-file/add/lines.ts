import { isMap, isNode, isSeq, type Node } from 'yaml';

/** Positions in the lines of a text. Offsets and columns are 0-based. */

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The start of the line after the one that `offset` is in, or the end of the text; `offset` where a line starts there. */
export function nextLine(text: string, offset: number): number {
  if (lineStart(text, offset) === offset) return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

export function columnOf(text: string, node: Node): number {
  const start = node.range?.[0] ?? 0;
  return start - lineStart(text, start);
}

/** How the line before `offset` ends. */
export function lineBreakAt(text: string, offset: number): '\n' | '\r\n' {
  return text.charAt(text.lastIndexOf('\n', offset - 1) - 1) === '\r' ? '\r\n' : '\n';
}

/** Where a node's last value ends; the ranges of collections include the comments below them. */
export function contentEnd(node: unknown): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    return contentEnd(last?.value ?? last?.key);
  }
  if (isSeq(node) && !node.flow) return contentEnd(node.items.at(-1));
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

/** The end of the comments from `offset` on that are indented deeper than `column`: they belong to what is above. */
export function afterComments(text: string, offset: number, column: number): number {
  let end = offset;
  for (const { 0: line, index } of text.slice(offset).matchAll(/[^\n]*(?:\n|$)/g)) {
    const indent = line.search(/\S/);
    if (indent === -1) continue;
    if (indent <= column || line.charAt(indent) !== '#') break;
    end = offset + index + line.length;
  }
  return end;
}
