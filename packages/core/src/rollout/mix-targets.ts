import type { Target } from '../model/target.ts';

export interface MixOptions<T extends Target> {
  /** The targets in the file. */
  wanted: readonly T[];
  /** The deployed targets; none where the route is not deployed. */
  deployed: readonly T[];
  /** Whether all that a target needs is there. */
  isReady(target: T): boolean;
}

/** The targets that a route can have now. */
export interface MixedTargets<T extends Target> {
  /** In no order that matters. */
  targets: T[];
  /** Those that are not as in the file yet, by the account that is the cause. */
  late: LateTargets[];
}

/** Targets of one account that are not as in the file yet. */
export interface LateTargets {
  /** ID of the account. */
  account: string;
  /** ARNs of functions that get nothing yet, or not yet as in the file. */
  waiting: string[];
  /** ARNs of functions that get the records in the meantime. */
  kept: string[];
}

/**
 * The targets of a route while some accounts have not got what the file asks for: they keep their deployed targets, and all
 * others switch. Undefined where there is no such mix: a new route would read past what a missing target should get.
 */
export function mixTargets<T extends Target>({
  wanted,
  deployed,
  isReady,
}: MixOptions<T>): MixedTargets<T> | undefined {
  const wantedIn = Map.groupBy(wanted, ({ account }) => account);
  const deployedIn = Map.groupBy(deployed, ({ account }) => account);
  const isLate = (account: string) => wantedIn.get(account)?.some((target) => !isReady(target)) ?? false;
  const late = [...wantedIn.keys()].filter(isLate);
  if (late.length === 0) return { targets: [...wanted], late: [] };

  const edits: Edit<T>[] = [...new Set([...wantedIn.keys(), ...deployedIn.keys()])].map((account) => {
    const [now, before] = [wantedIn.get(account) ?? [], deployedIn.get(account) ?? []];
    return { account, now, before, fresh: without(now, before), gone: without(before, now) };
  });
  // A target that moves leaves one account and comes to another. The one that it leaves stays until the other is ready:
  // the one that the file names, or else all that leave.
  const gone = edits.filter(({ account }) => !isLate(account)).flatMap((edit) => edit.gone);
  const leaving = edits
    .filter(({ account, fresh }) => !isLate(account) && fresh.length === 0)
    .flatMap((edit) => edit.gone);
  const stayedFor = ({ now, fresh, gone: ownGone }: Edit<T>) => {
    // Also a target that is there already may take over: without its new entry it would not.
    const named = gone.filter(({ functionArn }) =>
      now.some(({ replaces }) => replaces?.includes(functionArn)),
    );
    const others = fresh.filter(({ replaces }) => replaces === undefined);
    return [...new Set([...named, ...(others.length > ownGone.length ? leaving : [])])];
  };
  const lateEdits = edits.filter(({ account }) => isLate(account));
  const switched = edits.filter(({ account }) => !isLate(account)).flatMap(({ now }) => now);
  const kept = lateEdits
    .flatMap(({ before }) => before)
    .filter(({ functionArn }) => switched.every(({ replaces }) => !replaces?.includes(functionArn)));

  const targets = [...new Set([...switched, ...kept, ...lateEdits.flatMap(stayedFor)])];
  if (targets.length === 0 || deployed.length === 0 || !targets.every(isReady)) return undefined;
  return {
    targets,
    late: lateEdits.map((edit) => ({
      account: edit.account,
      waiting: arnsOf(edit.fresh.length === 0 ? edit.now : edit.fresh),
      kept: arnsOf([...kept.filter(({ account }) => account === edit.account), ...stayedFor(edit)]),
    })),
  };
}

interface Edit<T extends Target> {
  account: string;
  now: T[];
  before: T[];
  /** Those that come. */
  fresh: T[];
  /** Those that go. */
  gone: T[];
}

function arnsOf(targets: readonly Target[]): string[] {
  return targets.map(({ functionArn }) => functionArn);
}

function without<T extends Target>(targets: readonly T[], others: readonly T[]): T[] {
  return targets.filter(({ functionArn }) => others.every((other) => other.functionArn !== functionArn));
}
