import { count } from '../count.ts';
import type { DemoResult, Loss } from '../demo/run-demo.ts';
import { renderTable } from './table.ts';

const HEADINGS = [
  'route',
  'account',
  'function',
  'put',
  'delivered',
  'filtered',
  'parked',
  'duplicates',
  'lost',
  'p50 ms',
  'p95 ms',
];

/** The demo's table: a row for each route and target. */
export function renderDemo({ targets }: DemoResult): string {
  const rows = targets.map((target) => [
    target.route,
    target.account,
    target.function,
    target.put,
    target.delivered,
    target.filtered,
    target.parked,
    target.duplicates,
    target.lost,
    target.p50Ms ?? '–',
    target.p95Ms ?? '–',
  ]);
  return renderTable(HEADINGS, rows);
}

export function renderLosses(losses: readonly Loss[]): string {
  return losses
    .map(({ target, reason }) => {
      const records = count(target.lost, 'record');
      return `lost: ${records} of route ${target.route} at ${target.function} in ${target.account}\n  last error: ${reason}`;
    })
    .join('\n');
}
