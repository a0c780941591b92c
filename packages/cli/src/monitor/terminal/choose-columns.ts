import { type Cell, type Column, isEmptyCell } from './columns.ts';
import type { Row } from './row.ts';

/** A column with its cells, one for each row. */
export interface FilledColumn {
  column: Column;
  cells: readonly Cell[];
  width: number;
  /** Whether it begins a group. */
  isFirst: boolean;
}

/** Between columns, and between groups of columns. */
export const GAP = '  ';
export const GROUP_GAP = '   ';
/** Columns that are kept although they say nothing. */
const ALWAYS = 10;

/** Chooses columns that fit into a width: those that say nothing go first, then those that matter least. */
export function chooseColumns(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
): FilledColumn[] {
  let chosen = columns.map((column) => fill(column, rows));
  const worth = ({ column: { importance }, cells }: FilledColumn) =>
    importance + (cells.every(isEmptyCell) && importance < ALWAYS ? 0 : ALWAYS);
  while (chosen.length > 0 && widthOf(chosen) > width) {
    const least = chosen.reduce((one, other) => (worth(other) < worth(one) ? other : one));
    chosen = chosen.filter((one) => one !== least);
  }
  return withGroups(chosen);
}

export function widthOf(columns: readonly FilledColumn[]): number {
  return withGroups(columns).reduce((sum, { width, isFirst }) => sum + gapOf(isFirst).length + width, 0);
}

export function gapOf(isFirst: boolean): string {
  return isFirst ? GROUP_GAP : GAP;
}

function fill(column: Column, rows: readonly Row[]): FilledColumn {
  const cells = rows.map(({ figures }) => (figures === null ? { text: '' } : column.cell(figures)));
  const width = Math.max(
    column.heading.length,
    ...cells.map(({ text, widthLater = 0 }) => Math.max(text.length, widthLater)),
  );
  return { column, cells, width, isFirst: false };
}

function withGroups(columns: readonly FilledColumn[]): FilledColumn[] {
  return columns.map((one, place) => ({
    ...one,
    isFirst: one.column.group !== columns[place - 1]?.column.group,
  }));
}
