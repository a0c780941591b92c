import type { State } from '../status.ts';
import { type Paint, STATE_FORMATS } from './paint.ts';
import type { Row } from './row.ts';

/** The states of a row in a width, the worst first; `+1` for each that has no room. */
export function statesCell(row: Pick<Row, 'states' | 'summary'>, width: number): StatesCell {
  if (row.summary !== undefined) return { shown: [], rest: row.summary };
  for (let shown = row.states.length; shown > 1; shown -= 1) {
    const left = row.states.length - shown;
    const cell = { shown: row.states.slice(0, shown), rest: left === 0 ? '' : `+${left}` };
    if (widthOf(cell) <= width) return cell;
  }
  const left = row.states.length - 1;
  return { shown: row.states.slice(0, 1), rest: left > 0 ? `+${left}` : '' };
}

export interface StatesCell {
  shown: readonly State[];
  /** What follows. */
  rest: string;
}

export function widthOf({ shown, rest }: StatesCell): number {
  return [...shown, rest].filter(Boolean).join(' ').length;
}

export function paintStates({ shown, rest }: StatesCell, width: number, paint: Paint): string {
  const painted = shown.map((state) => paint(STATE_FORMATS[state], state));
  const padding = ' '.repeat(Math.max(0, width - widthOf({ shown, rest })));
  return `${[...painted, rest].filter(Boolean).join(' ')}${padding}`;
}
