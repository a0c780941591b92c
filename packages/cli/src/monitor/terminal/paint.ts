import { styleText } from 'node:util';
import type { State } from '../status.ts';

export type Format = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/** With colours only where the stream shows them. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (format, text) => styleText(format, text, { stream });
}

export const STATE_FORMATS: Readonly<Record<State, Format>> = {
  denied: ['bold', 'red'],
  dead: ['bold', 'red'],
  alarm: ['bold', 'red'],
  unknown: ['bold', 'red'],
  waiting: ['bold', 'yellow'],
  failing: ['bold', 'yellow'],
  paused: 'cyan',
  off: 'dim',
  ok: 'green',
  quiet: 'dim',
  uncounted: 'dim',
};
