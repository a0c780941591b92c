import type { DuplicateCauses } from '@xacct/reconcile';
import { withDenial } from '../local-aws/with-denial.ts';
import { count } from '../terminal/count.ts';
import { renderTable } from '../terminal/table.ts';
import type { DemoResult, Shortfall } from './demo-result.ts';

const COLUMNS = [
  'route',
  'account',
  'function',
  'put',
  'delivered',
  'filtered',
  'parked',
  'paused',
  'failed',
  'duplicates',
  'lost',
] as const;

/** The demo's table: a row for each route and target. What is paused has a column where there is any. */
export function renderDemo({ targets, records, duplicateCauses, faults }: DemoResult): string {
  const columns = COLUMNS.filter((column) => column !== 'paused' || records.paused > 0);
  const rows = targets.map((target) => [
    ...columns.map((column) => target[column]),
    target.p50Ms ?? '–',
    target.p95Ms ?? '–',
  ]);
  const parts = [renderTable([...columns, 'p50 ms', 'p95 ms'], rows)];
  if (faults !== undefined) {
    parts.push(
      renderTable(
        ['rule', 'fault', 'times'],
        faults.counts.map(({ rule, fault, count: times }) => [rule, fault, times]),
      ),
    );
    const { put, delivered, filtered, parked, paused, failed, lost } = records;
    parts.push(
      `${put} put = ${delivered} delivered + ${filtered} filtered + ${parked} parked + ${paused} paused + ${failed} failed + ${lost} lost\n`,
    );
  }
  if (records.duplicates > 0) parts.push(renderCauses(records.duplicates, duplicateCauses));
  return parts.join('\n');
}

/** Whether nothing is lost, and nothing came again without a cause. */
export function isAccountedFor({ records, duplicateCauses }: DemoResult): boolean {
  return records.lost === 0 && duplicateCauses.unexplained === 0;
}

const CAUSES: readonly [keyof DuplicateCauses, string][] = [
  ['event', 'an asynchronous event was run twice'],
  ['answer', 'the answer of an Invoke was lost'],
  ['stream', 'the stream brought a batch again'],
  ['queue', 'the retry queue brought a message'],
  ['unexplained', 'nothing explains it'],
];

function renderCauses(duplicates: number, causes: DuplicateCauses): string {
  const lines = CAUSES.filter(([cause]) => causes[cause] > 0).map(
    ([cause, words]) => `  ${causes[cause]}: ${words}`,
  );
  return [`${count(duplicates, 'duplicate')}, as delivery is at least once:`, ...lines, ''].join('\n');
}

export function renderShortfalls(shortfalls: readonly Shortfall[]): string {
  return shortfalls
    .map(({ target, reason }) => {
      const where = `of route ${target.route} at ${target.function} in ${target.account}`;
      const lines = (['parked', 'failed', 'lost'] as const)
        .filter((kind) => target[kind] > 0)
        .map((kind) => `${kind}: ${count(target[kind], 'record')} ${where}`);
      if (lines.length > 0) lines.push(`  last error: ${withDenial(reason)}`);
      const { unexplained } = target.duplicateCauses;
      if (unexplained > 0) lines.push(`without a cause: ${count(unexplained, 'duplicate')} ${where}`);
      return lines.join('\n');
    })
    .join('\n');
}
