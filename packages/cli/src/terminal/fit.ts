import { stripVTControlCharacters } from 'node:util';

/** Text from elsewhere on one line: nothing in it moves the cursor. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ');
}

/** Cuts or pads a text to a width in columns. */
export function fit(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const characters = [...oneLine(text)];
  if (characters.length > width) return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
  const padding = ' '.repeat(width - characters.length);
  return side === 'left' ? `${characters.join('')}${padding}` : `${padding}${characters.join('')}`;
}

/** A text in lines of a width, broken between words where it can be; what has no room in the last one is cut. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = oneLine(text).trim();
  while (rest.length > width && lines.length < most - 1) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, fit(rest, width).trimEnd()];
}
