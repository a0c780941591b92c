import { fit, wrap } from '../../terminal/fit.ts';
import type { Status } from '../status.ts';
import { chooseColumns, type FilledColumn, GAP, gapOf, widthOf } from './choose-columns.ts';
import { columnsOf, groupsOf } from './columns.ts';
import type { Paint } from './paint.ts';
import type { Row } from './row.ts';
import { paintStates, statesCell, widthOf as widthOfStates } from './states-cell.ts';

export interface TableOptions {
  /** Undefined where no line is too long. */
  width: number | undefined;
  /** Above the names. */
  title: string;
  /** The most lines of a note. */
  noteLines: number;
  paint: Paint;
}

/** The part of a narrow terminal that names get at the least, if they need it. */
const NAME_SHARE = 1 / 3;
/** The least that states get on a terminal, and their part of a wide one. */
const STATES_LEAST = 18;
const STATES_SHARE = 1 / 5;
const NOTE_INDENT = '  ';

/** Two lines of headings, a line for each row, and those of its notes. */
export function renderTable(
  status: Status,
  rows: readonly Row[],
  { width, title, noteLines, paint }: TableOptions,
): string[] {
  const most = width ?? Number.POSITIVE_INFINITY;
  const states = rows.map((row) => statesCell(row, Math.max(STATES_LEAST, Math.floor(most * STATES_SHARE))));
  const statesWidth = Math.max('state'.length, ...states.map(widthOfStates));
  const names = Math.max(title.length - GAP.length - statesWidth, ...rows.map(({ name }) => name.length));
  const room = most - GAP.length - statesWidth;
  const columns = chooseColumns(
    columnsOf(status),
    rows,
    room - Math.min(names, Math.floor(most * NAME_SHARE)),
  );
  const nameWidth = Math.max(0, Math.min(names, room - widthOf(columns)));
  const left = nameWidth + GAP.length + statesWidth;
  const cut = (text: string) => (width === undefined ? text : fit(text, width)).trimEnd();
  const heading = `${' '.repeat(nameWidth)}${GAP}${'state'.padEnd(statesWidth)}`;

  const lineOf = ({ name, isRoute }: Row, index: number): string => {
    const shown = fit(name, nameWidth);
    const cell = states[index] ?? { shown: [], rest: '' };
    const numbers = columns.map(({ cells, width: own, isFirst }) => {
      const { text, format } = cells[index] ?? { text: '' };
      const padded = text.padStart(own);
      return `${gapOf(isFirst)}${format === undefined ? padded : paint(format, padded)}`;
    });
    const start = `${isRoute ? paint('bold', shown) : shown}${GAP}${paintStates(cell, statesWidth, paint)}`;
    return `${start}${numbers.join('')}`.trimEnd();
  };
  return [
    `${paint('bold', fit(title, left))}${paint('dim', groupLine(status, columns).trimEnd())}`,
    paint('dim', cut(`${heading}${columns.map(headingOf).join('')}`)),
    ...rows.flatMap((row, index) => [
      ...(row.figures === null ? [] : [lineOf(row, index)]),
      ...row.notes.flatMap(({ text, format }) =>
        noteOf(text, width, noteLines).map((one) => paint(format, one)),
      ),
    ]),
  ];
}

/** The lines of a note, each in front of the next. */
function noteOf(text: string, width: number | undefined, most: number): string[] {
  if (width === undefined) return [text];
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines = wrap(text, width - indent.length - NOTE_INDENT.length, most);
  return lines.map((line, index) =>
    fit(`${indent}${index === 0 ? '' : NOTE_INDENT}${line}`, width).trimEnd(),
  );
}

function headingOf({ column, width, isFirst }: FilledColumn): string {
  return `${gapOf(isFirst)}${column.heading.padStart(width)}`;
}

/** Each group's heading above its columns, with a rule up to its end. */
function groupLine(status: Status, columns: readonly FilledColumn[]): string {
  const groups = Map.groupBy(columns, ({ column }) => column.group);
  const headings = groupsOf(status);
  return Array.from(groups, ([group, own]) => {
    const gap = gapOf(true);
    const width = widthOf(own) - gap.length;
    const heading = headings[group].find((one) => one.length <= width) ?? '';
    const rule = group === 'reading' ? ' ' : '─';
    return `${gap}${heading === '' ? '' : `${heading} `.slice(0, width)}`.padEnd(gap.length + width, rule);
  }).join('');
}
