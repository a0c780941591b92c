import { count } from '../count.ts';
import type { DemoResult, Shortfall } from '../demo/run-demo.ts';
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

export function renderShortfalls(shortfalls: readonly Shortfall[]): string {
  return shortfalls
    .map(({ target, reason }) => {
      const where = `of route ${target.route} at ${target.function} in ${target.account}`;
      const lines = (['parked', 'lost'] as const)
        .filter((kind) => target[kind] > 0)
        .map((kind) => `${kind}: ${count(target[kind], 'record')} ${where}`);
      return [...lines, `  last error: ${reason}`].join('\n');
    })
    .join('\n');
}
