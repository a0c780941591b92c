import { renderAge } from '../../terminal/age.ts';
import { count } from '../../terminal/count.ts';
import { fit, oneLine, wrap } from '../../terminal/fit.ts';
import { type Failure, isTrouble, type Status } from '../status.ts';
import { labelsOf, type Wording } from './labels.ts';
import type { Paint } from './paint.ts';
import { summaryOf } from './render-report.ts';
import { renderTable } from './render-table.ts';
import { type Block, blocksOf, type Detail } from './rows.ts';

export interface Shown {
  status: Status;
  /** What one may do, on the last line. */
  hint: string;
  /** Why there is no newer status. */
  problem?: string;
}

export interface ScreenOptions {
  columns: number;
  rows: number;
  paint: Paint;
}

/** The last column of a terminal stays free. */
const MARGIN = 1;
/** The most detailed comes first; the first that fits is shown. */
const DETAILS: readonly Detail[] = [
  { targets: 'all', isFolded: false },
  { targets: 5, isFolded: false },
  { targets: 5, isFolded: true },
  { targets: 2, isFolded: true },
];
const NOTE_LINES = [4, 1];
const LEAST: Detail = { targets: 1, isFolded: true };
/** A terminal with so many lines has more room for failures. */
const TALL = 30;

/** The lines of a terminal: as much as there is room for, what matters most first. */
export function renderScreen(
  { status, hint, problem }: Shown,
  { columns, rows, paint }: ScreenOptions,
): string[] {
  const width = Math.max(1, columns - MARGIN);
  const now = Date.parse(status.to);
  const wording: Wording = {
    labelOf: labelsOf(status.accountNames, false),
    timeOf: (at) => `${renderAge(now - Date.parse(at))} ago`,
  };
  const below = [
    ...(problem === undefined ? [] : [paint('red', fit(oneLine(problem), width))]),
    ...status.unread.map((line) => paint('red', fit(oneLine(line), width))),
    ...renderFailures(status, wording, { width, rows, paint }),
    ...renderEdit(status, { width, paint }),
    paint('dim', fit(summaryOf(status), width).trimEnd()),
    paint('dim', fit(hint, width).trimEnd()),
  ];
  // The cursor is on a line of its own.
  const room = rows - 1 - below.length;
  const title = titleOf(status);
  const table: Table = (blocks, noteLines) => {
    const shown = blocks.flatMap((block) => block.rows);
    return renderTable(status, shown, { width, title, noteLines, paint });
  };
  return [...fitTable(status, wording, room, table), ...below].slice(0, Math.max(0, rows - 1));
}

/** @param noteLines the most lines of a note */
type Table = (blocks: readonly Block[], noteLines: number) => string[];

/** With as much detail as there is room for. */
function fitTable(status: Status, wording: Wording, room: number, table: Table): string[] {
  for (const detail of DETAILS)
    for (const noteLines of NOTE_LINES) {
      const lines = table(blocksOf(status, detail, wording), noteLines);
      if (lines.length <= room) return lines;
    }
  return cutTable(blocksOf(status, LEAST, wording), room, table);
}

/** The worst routes, as many as there is room for, and the number of the others. */
function cutTable(blocks: readonly Block[], room: number, table: Table): string[] {
  let shown = blocks.length;
  while (shown > 1 && table(blocks.slice(0, shown), 1).length > room - 1) shown -= 1;
  const left = blocks.slice(shown).flatMap(({ routes }) => routes);
  const troubled = left.filter(isTrouble).length;
  const more = `… and ${count(left.length, 'more route')}${troubled === 0 ? '' : `, ${troubled} with trouble`}`;
  const lines = table(blocks.slice(0, shown), 1).slice(0, Math.max(0, room - 1));
  return left.length === 0 ? lines : [...lines, more];
}

function titleOf({ system: { kind, account, region, endpoint } }: Status): string {
  return kind === 'local' ? `Local AWS ${endpoint}` : `${account} ${region}`;
}

/** What failed besides deliveries, the newest first. */
function renderFailures(
  { failures, routes, accountNames }: Status,
  { timeOf }: Wording,
  { width, rows, paint }: { width: number; rows: number; paint: Paint },
): string[] {
  const [most, lines] = rows < TALL ? [2, 3] : [3, 6];
  const shown = new Set(routes.map(({ batchFailure }) => batchFailure?.reason));
  const labelOf = labelsOf(accountNames, false);
  const others = failures.filter(({ reason }) => !shown.has(reason));
  return others.slice(0, most).flatMap((failure) => {
    const place = placeOf(failure, labelOf);
    const again = failure.times > 1 ? ` (${failure.times} times)` : '';
    const text = `${timeOf(failure.at)}${again}  ${place}${failure.reason}`;
    return wrap(text, width, lines).map((line) => paint('red', line));
  });
}

function placeOf({ functionName, route, target }: Failure, labelOf: Wording['labelOf']): string {
  const parts = [functionName, route, target && labelOf(target)].filter((part) => part !== null);
  return parts.length === 0 ? '' : `${parts.join(' → ')}: `;
}

/** The last line says what the edit came to; what is wrong was printed. */
function renderEdit({ edit }: Status, { width, paint }: { width: number; paint: Paint }): string[] {
  if (edit === null) return [];
  const text = fit(edit.text.split('\n').at(-1) ?? '', width).trimEnd();
  return [paint(edit.applied ? 'green' : 'red', text)];
}
