import type { Result, TargetResult } from './run.ts';
import type { Rule } from './scenario.ts';

/** A result as lines for people. */
export function report(result: Result, rules: readonly Rule[]): string[] {
  const rows = [HEAD, ...result.targets.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [
    ...table.map((line) => line.trimEnd()),
    ...duplicatesOf(result),
    ...factsOf(result),
    ...rules.map(lineOf),
  ];
}

const HEAD = [
  'route',
  'function',
  'put',
  'delivered',
  'filtered',
  'duplicates',
  'parked',
  'dead poison',
  'dead innocent',
  'given up',
  'calls',
  'p50 s',
  'p99 s',
];

function rowOf(target: TargetResult): string[] {
  const { ledger } = target;
  const { counts, arrival, deadLetters } = ledger;
  return [
    target.route,
    target.function,
    ...[
      target.put,
      counts.delivered,
      counts.filtered,
      sum(ledger.duplicates),
      counts.parked,
      sum(deadLetters.poison),
      sum(deadLetters.innocent),
      counts.givenUp,
      target.calls,
    ].map(String),
    seconds(arrival.quantile(0.5)),
    seconds(arrival.quantile(0.99)),
  ];
}

function duplicatesOf({ targets }: Result): string[] {
  return targets
    .filter(({ ledger }) => ledger.duplicates.size > 0)
    .map(({ ledger, route, function: name }) => {
      const causes = Array.from(ledger.duplicates, ([cause, count]) => `${count} ${cause}`).join(', ');
      return `duplicates at ${name} of ${route}: ${causes}; ${ledger.mostDuplicates()} of one record`;
    });
}

function factsOf(result: Result): string[] {
  const { environments, queues, targets } = result;
  const deliveries = targets.reduce(
    (all, { ledger }) => all + ledger.counts.delivered + sum(ledger.duplicates),
    0,
  );
  const perMillion = (result.realSeconds / deliveries) * 1_000_000;
  const setAside = targets.reduce((all, target) => all + target.setAside, 0);
  return [
    ...Array.from(
      queues,
      ([route, stats]) =>
        `queue of ${route}: ${stats.sent} messages; at the most ${stats.mostVisible} visible, ${stats.mostDelayed} delayed, ${stats.mostInFlight} in flight; ${stats.deadLettered} dead-lettered, ${stats.stopped} stopped as a loop`,
    ),
    `${result.batches} batches with ${result.retries} retries; ${environments.invocations} invocations, of which ${environments.failed} failed (${environments.timedOut} timed out), ${environments.throttled} throttles; ${environments.started} environments, ${environments.mostRunning} at once; ${result.stsCalls} calls to STS; ${result.objects} objects, ${setAside} records in objects that no message names`,
    `${result.virtualHours.toFixed(1)} hours in ${result.realSeconds.toFixed(1)} s, ${result.events} events, ${perMillion.toFixed(2)} s for a million record-deliveries`,
  ];
}

function lineOf({ rule, holds, found }: Rule): string {
  return `${holds ? 'holds ' : 'BROKEN'}  ${rule}${found === '' ? '' : `: ${found}`}`;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : (ms / 1000).toFixed(2);
}
