import type { Target } from '../routes.ts';

export interface MixOptions {
  /** As the file says. */
  wanted: readonly Target[];
  /** As they are deployed; none where the route is not. */
  deployed: readonly Target[];
  /** Whether all that a target needs is there. */
  isReady(target: Target): boolean;
}

export interface MixedTargets {
  targets: Target[];
  /** Those that are not as the file says, by the account that is to blame. */
  late: LateTargets[];
}

export interface LateTargets {
  account: string;
  /** ARNs of functions that get nothing yet, or not yet as the file says. */
  waiting: string[];
  /** ARNs of functions that get the records in the meantime. */
  kept: string[];
}

/**
 * The targets of a route while some accounts have not got what the file asks for: they keep their deployed targets, and all
 * others switch. Undefined where there is no such mix: a new route would read past what a missing target should get.
 */
export function mixTargets({ wanted, deployed, isReady }: MixOptions): MixedTargets | undefined {
  const wantedIn = Map.groupBy(wanted, ({ account }) => account);
  const deployedIn = Map.groupBy(deployed, ({ account }) => account);
  const isLate = (account: string) => wantedIn.get(account)?.some((target) => !isReady(target)) ?? false;
  const late = [...wantedIn.keys()].filter(isLate);
  if (late.length === 0) return { targets: [...wanted], late: [] };

  const edits = [...new Set([...wantedIn.keys(), ...deployedIn.keys()])].map((account) => {
    const [now, before] = [wantedIn.get(account) ?? [], deployedIn.get(account) ?? []];
    return { account, now, before, fresh: without(now, before), gone: without(before, now) };
  });
  // A target that moves leaves one account and comes to another. The one that it leaves stays until the other is ready.
  const leaving = edits
    .filter(({ account, fresh }) => !isLate(account) && fresh.length === 0)
    .flatMap(({ gone }) => gone);
  const arrives = edits.some(({ account, fresh, gone }) => isLate(account) && fresh.length > gone.length);
  const stayed = arrives ? leaving : [];

  const targets = [
    ...edits.flatMap(({ account, now, before }) => (isLate(account) ? before : now)),
    ...stayed,
  ];
  if (targets.length === 0 || deployed.length === 0 || !targets.every(isReady)) return undefined;
  return {
    targets,
    late: edits
      .filter(({ account }) => isLate(account))
      .map(({ account, now, before, fresh, gone }) => ({
        account,
        waiting: (fresh.length === 0 ? now : fresh).map(({ functionArn }) => functionArn),
        kept: [...before, ...(fresh.length > gone.length ? stayed : [])].map(
          ({ functionArn }) => functionArn,
        ),
      })),
  };
}

function without(targets: readonly Target[], others: readonly Target[]): Target[] {
  return targets.filter(({ functionArn }) => others.every((other) => other.functionArn !== functionArn));
}
