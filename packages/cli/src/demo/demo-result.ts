import { functionFromArn } from '@xacct/core';
import type { FaultCount } from '@xacct/local';
import {
  type DuplicateCauses,
  type Ledger,
  type RoutedAws,
  readKeptRecords,
  type TargetTally,
} from '@xacct/reconcile';
import type { TargetErrors } from './target-errors.ts';

export interface DemoResult {
  records: Pick<TargetTally, RecordCount>;
  /** The causes of all duplicates, over all targets. */
  duplicateCauses: DuplicateCauses;
  targets: TargetTally[];
  /** Calls at the endpoint, by action. */
  calls: Record<string, number>;
  /** The injected faults; with this seed the same calls meet the same faults. */
  faults?: { seed: number; counts: FaultCount[] };
}

type RecordCount = 'put' | 'delivered' | 'filtered' | 'parked' | 'paused' | 'failed' | 'duplicates' | 'lost';

/** Records that did not arrive at a target (parked, failed or lost), or that came again without a cause. */
export interface Shortfall {
  target: TargetTally;
  /** The last error of that target. */
  reason: string;
}

/** Accounts for every record at the end of a demo. */
export async function demoResult(
  aws: RoutedAws,
  ledger: Ledger,
  { calls, errors }: { calls: ReadonlyMap<string, number>; errors: TargetErrors },
): Promise<{ result: DemoResult; shortfalls: Shortfall[] }> {
  const recordsIn = (texts: readonly string[]) => texts.flatMap((text) => readKeptRecords(text) ?? []);
  const paused = recordsIn(await aws.paused());
  const targets = ledger.tallies(recordsIn(await aws.kept()), paused);
  const faults = aws.faults();
  const isShort = ({ parked, failed, lost, duplicateCauses }: TargetTally) =>
    parked + failed + lost + duplicateCauses.unexplained > 0;
  return {
    result: {
      records: sum(targets),
      duplicateCauses: sumCauses(targets),
      targets,
      calls: Object.fromEntries([...calls].sort()),
      ...(faults !== undefined && { faults }),
    },
    shortfalls: targets.filter(isShort).map((target) => ({ target, reason: reasonOf(aws, target, errors) })),
  };
}

function reasonOf(aws: RoutedAws, target: TargetTally, errors: TargetErrors): string {
  const route = aws.routes.find(({ name }) => name === target.route);
  const suffix = `:${target.account}:function:${target.function}`;
  const { functionArn = '' } = route?.targets.find((one) => one.functionArn.endsWith(suffix)) ?? {};
  const { forwarderArn = '' } = route ?? {};
  return errors.lastOf(target.route, functionArn, functionFromArn(forwarderArn).name);
}

function sum(targets: readonly TargetTally[]): DemoResult['records'] {
  const total = (key: RecordCount) => targets.reduce((sofar, target) => sofar + target[key], 0);
  return {
    put: total('put'),
    delivered: total('delivered'),
    filtered: total('filtered'),
    parked: total('parked'),
    paused: total('paused'),
    failed: total('failed'),
    duplicates: total('duplicates'),
    lost: total('lost'),
  };
}

function sumCauses(targets: readonly TargetTally[]): DuplicateCauses {
  const total = (cause: keyof DuplicateCauses) =>
    targets.reduce((sofar, { duplicateCauses }) => sofar + duplicateCauses[cause], 0);
  return {
    event: total('event'),
    answer: total('answer'),
    stream: total('stream'),
    queue: total('queue'),
    unexplained: total('unexplained'),
  };
}
