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
