import type { State } from '../status.ts';
import type { RowFigures } from './columns.ts';
import type { Format } from './paint.ts';

/** A line of the table, with notes below it. */
export interface Row {
  name: string;
  isRoute: boolean;
  states: readonly State[];
  /** In place of states. */
  summary?: string;
  /** Null for a row without numbers. */
  figures: RowFigures | null;
  notes: readonly Note[];
}

export interface Note {
  text: string;
  format: Format;
}
