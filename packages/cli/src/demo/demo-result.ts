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

type RecordCount = 'put' | 'delivered' | 'filtered' | 'parked' | 'failed' | 'duplicates' | 'lost';

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
  const kept = (await aws.kept()).map(readKeptRecords).filter((records) => records !== undefined);
  const targets = ledger.tallies(kept);
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
    shortfalls: targets
      .filter(isShort)
      .map((target) => ({ target, reason: errors.lastOf(target.route, functionArnOf(aws, target)) })),
  };
}

function functionArnOf(aws: RoutedAws, target: TargetTally): string {
  const route = aws.routes.find(({ name }) => name === target.route);
  const suffix = `:${target.account}:function:${target.function}`;
  return route?.targets.find(({ functionArn }) => functionArn.endsWith(suffix))?.functionArn ?? '';
}

function sum(targets: readonly TargetTally[]): DemoResult['records'] {
  const total = (key: RecordCount) => targets.reduce((sofar, target) => sofar + target[key], 0);
  return {
    put: total('put'),
    delivered: total('delivered'),
    filtered: total('filtered'),
    parked: total('parked'),
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
