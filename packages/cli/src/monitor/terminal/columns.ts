import { renderAge } from '../../terminal/age.ts';
import type { Figures, Status, Waiting } from '../status.ts';
import type { Format } from './paint.ts';

/** What the numbers of a row are made of. Undefined: it has none of its own. */
export interface RowFigures {
  incoming: number | null | undefined;
  figures: Figures | null;
  deliveredPerSecond: number | null;
  waiting: Waiting | number | null | undefined;
  dead: Waiting | number | null | undefined;
  readDelay: number | null | undefined;
}

export interface Cell {
  text: string;
  format?: Format;
  /** Its width at another time, when the columns should be where they are now. */
  widthLater?: number;
}

export interface Column {
  heading: string;
  group: Group;
  /** With the least is dropped first where there is no room. */
  importance: number;
  cell(row: RowFigures): Cell;
}

export type Group = 'records' | 'held' | 'tries' | 'reading';

/** The numbers that a status has, in their order. */
export function columnsOf(status: Pick<Status, 'system' | 'from' | 'to'>): Column[] {
  const isLocal = status.system.kind === 'local';
  const minutes = (Date.parse(status.to) - Date.parse(status.from)) / 60_000;
  const amount = (count: number) => (isLocal ? count.toLocaleString('en') : rate(count / minutes));
  const counted = (
    key: 'delivered' | 'filtered' | 'paused' | 'calls' | 'parked' | 'failed',
    format?: Format,
  ) => {
    return ({ figures }: RowFigures) =>
      figures === null ? UNKNOWN : numberCell(figures[key], amount, format);
  };
  const ms = (key: 'p50' | 'p99') => {
    return ({ figures }: RowFigures): Cell => {
      const value = figures?.[key] ?? null;
      return value === null ? NONE : { text: String(Math.round(value)) };
    };
  };
  const second: Column = {
    heading: 'now/s',
    group: 'records',
    importance: 5,
    cell: ({ deliveredPerSecond: number }) =>
      number === null ? UNKNOWN : numberCell(number, (each) => each.toFixed(1)),
  };
  return [
    {
      heading: 'in',
      group: 'records',
      importance: 10,
      cell: ({ incoming }) => incomingCell(incoming, amount),
    },
    { heading: 'delivered', group: 'records', importance: 11, cell: counted('delivered') },
    ...(isLocal ? [second] : []),
    { heading: 'filtered', group: 'records', importance: 4, cell: counted('filtered') },
    { heading: 'paused', group: 'records', importance: 8, cell: counted('paused', 'cyan') },
    { heading: 'waiting', group: 'held', importance: 13, cell: ({ waiting }) => heldCell(waiting, 'yellow') },
    { heading: 'dead', group: 'held', importance: 12, cell: ({ dead }) => heldCell(dead, 'red') },
    { heading: 'calls', group: 'tries', importance: 3, cell: counted('calls') },
    { heading: 'parked', group: 'tries', importance: 7, cell: counted('parked', 'yellow') },
    { heading: 'failed', group: 'tries', importance: 9, cell: counted('failed', 'red') },
    { heading: 'p50 ms', group: 'tries', importance: 1, cell: ms('p50') },
    { heading: 'p99 ms', group: 'tries', importance: 2, cell: ms('p99') },
    { heading: 'read delay', group: 'reading', importance: 6, cell: ({ readDelay }) => delayCell(readDelay) },
  ];
}

/** Headings of the groups of columns, and what is used in place of one for which there is no room. */
export function groupsOf({ system: { kind } }: Pick<Status, 'system'>): Readonly<Record<Group, string[]>> {
  return kind === 'local'
    ? {
        records: ['records, each once', 'records'],
        held: ['held now', 'now'],
        tries: ['each try', 'tries'],
        reading: [],
      }
    : {
        records: ['records a minute', 'records'],
        held: ['messages now', 'now'],
        tries: ['tries a minute', 'tries'],
        reading: [],
      };
}

/** Whether a cell says nothing. */
export function isEmptyCell({ text }: Cell): boolean {
  return ['', NONE.text, ZERO.text].includes(text);
}

const NONE: Cell = { text: '–', format: 'dim' };
const UNKNOWN: Cell = NONE;
const LONGEST_AGE = ' (59 min)';
const ZERO: Cell = { text: '0', format: 'dim' };

function numberCell(number: number, render: (number: number) => string, format?: Format): Cell {
  if (number === 0) return ZERO;
  return { text: render(number), ...(format !== undefined && { format }) };
}

function incomingCell(incoming: number | null | undefined, render: (number: number) => string): Cell {
  if (incoming === undefined) return { text: '' };
  return incoming === null ? NONE : numberCell(incoming, render);
}

/** Records where they are known, otherwise messages, with the age of the oldest. */
function heldCell(held: Waiting | number | null | undefined, format: Format): Cell {
  if (held === undefined) return { text: '' };
  if (held === null) return { text: '?', format: ['bold', 'red'] };
  if (typeof held === 'number') return numberCell(held, (number) => number.toLocaleString('en'), format);
  const { messages, records, oldestSeconds } = held;
  if (messages === 0) return ZERO;
  const number = (records ?? messages).toLocaleString('en');
  if (oldestSeconds === null) return { text: number, format };
  const widthLater = number.length + LONGEST_AGE.length;
  return { text: `${number} (${renderAge(oldestSeconds * 1000)})`, format, widthLater };
}

function delayCell(readDelay: number | null | undefined): Cell {
  if (readDelay === undefined) return { text: '' };
  return readDelay === null ? NONE : { text: renderAge(readDelay) };
}

function rate(each: number): string {
  if (each === 0 || each >= 10) return Math.round(each).toLocaleString('en');
  return each < 0.1 ? '<0.1' : each.toFixed(1);
}
