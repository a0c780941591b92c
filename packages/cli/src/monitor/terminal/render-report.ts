import { renderAge } from '../../terminal/age.ts';
import { count } from '../../terminal/count.ts';
import { isTrouble, type Status } from '../status.ts';
import { labelsOf } from './labels.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './render-table.ts';
import { blocksOf, type Detail } from './rows.ts';

/** With more targets, those without trouble are folded. */
const MOST_TARGETS = 20;
/** Targets with trouble of a route that are listed then. */
const MOST_TROUBLED = 5;

export interface ReportOptions {
  /** Width of the terminal; undefined where no line is too long. */
  columns: number | undefined;
  paint: Paint;
}

/** A status to read once, the worst first: a line for each route and target, and below it what is known of its trouble. */
export function renderReport(status: Status, { columns, paint }: ReportOptions): string {
  const targets = countTargets(status);
  const detail: Detail =
    targets > MOST_TARGETS ? { targets: MOST_TROUBLED, isFolded: true } : { targets: 'all', isFolded: false };
  const wording = { labelOf: labelsOf(status.accountNames, true), timeOf: (at: string) => at };
  const rows = blocksOf(status, detail, wording).flatMap((block) => block.rows);
  const table = renderTable(status, rows, {
    width: columns,
    title: '',
    noteLines: Number.POSITIVE_INFINITY,
    paint,
  });
  return `${[...table, summaryOf(status)].join('\n')}\n`;
}

/** How much there is, and of what time it is. */
export function summaryOf(status: Status): string {
  const troubled = status.routes.filter(isTrouble).length;
  const raised = status.forwarders.length;
  const trouble = [
    ...(troubled > 0 ? [`${troubled} with trouble`] : []),
    ...(raised > 0 ? [`${count(raised, 'forwarder')} in alarm`] : []),
  ];
  const all = `${count(status.routes.length, 'route')}, ${count(countTargets(status), 'target')}`;
  const window = renderAge(Date.parse(status.to) - Date.parse(status.from));
  const time =
    status.system.kind === 'local'
      ? `since the start ${window} ago`
      : `figures a minute, of the last ${window}`;
  return `${all}; ${trouble.length === 0 ? 'all well' : trouble.join(', ')}; ${time}`;
}

function countTargets({ routes }: Status): number {
  return routes.reduce((sum, { targets }) => sum + targets.length, 0);
}
