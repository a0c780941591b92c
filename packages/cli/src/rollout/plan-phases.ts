import type { Routes } from '@xacct/core';
import type { DeployedDiff } from '../changes/diff-deployed.ts';
import { sinceLastChange } from '../stacks/last-change.ts';
import { asCloudFormationReturns } from '../stacks/read-deployed.ts';
import { kindOf, type Stack } from '../stacks/stack.ts';
import { permissionsOfStacks } from './permissions-of-stacks.ts';
import { createDifference } from './progress.ts';
import { quietMs } from './quiet-time.ts';
import { isWithin, usedBeforeSwitch } from './still-in-use.ts';
import { movingStacks, permissionStacks, routeStacks } from './variants.ts';

/** What a deployment does, if all goes well. */
export interface PhasePlan {
  /** Names of stacks. */
  restore: string[];
  expand: string[];
  switch: string[];
  contract: string[];
  /** How long an environment may use a route after another one is stored. */
  quietMs: number;
  /** How long, from now on, until nobody uses a route that was replaced earlier. */
  unsettledMs: number;
}

/**
 * @param chosen names of the stacks that may be deployed
 * @param revertsDrift whether stacks that are as in the file are deployed too, to put back what was changed by hand
 */
export async function planPhases(
  { routes, synthesize, stacks, deployed, unreadable: unread }: DeployedDiff,
  chosen: ReadonlySet<string>,
  { profile, revertsDrift }: { profile: string | undefined; revertsDrift: boolean },
): Promise<PhasePlan> {
  const wanted = stacks.map(asCloudFormationReturns);
  const unreadable = new Set(unread.map(({ account }) => account));
  const quiet = quietMs(routes, deployed);
  // If the time of the last change of a route is unknown, it may have been just now.
  const unsettledMs = isUnsettling(routes, deployed, wanted, unreadable)
    ? Math.max(0, quiet - (await sinceLastChange(routes, quiet, profile).catch(() => 0)))
    : 0;

  const options = { routes, stacks, synthesize };
  const used = usedBeforeSwitch({ routes, deployed, wanted, unreadable, isSettled: unsettledMs <= 0 });
  const [expanded, switched] = [
    await permissionStacks(options, used),
    await routeStacks(options, routes.routes, used),
  ];
  const moving = await movingStacks(options, deployed);
  const differs = createDifference(deployed);
  const differsFrom = (others: readonly Stack[]) => createDifference(others.map(asCloudFormationReturns));
  const names = (stacks: readonly Stack[]) =>
    stacks.map(({ name }) => name).filter((name) => chosen.has(name));
  const ofFile = (kind: 'route' | 'other') =>
    stacks.filter((stack) => (kindOf(stack) === 'route') === (kind === 'route'));
  const [toExpand, toSwitch] = [
    [...expanded.filter(differs), ...moving.filter(differs)],
    switched.filter(differs),
  ];
  const narrowing = toExpand.filter(narrows(routes, deployed));
  // An earlier deployment left permissions that nobody uses by now: the first phase removes them.
  const isOnlyNarrowed = toSwitch.length === 0 && narrowing.length === toExpand.length;
  return {
    restore: names(revertsDrift ? stacks.filter((stack) => !differs(stack)) : []),
    expand: names(isOnlyNarrowed ? [] : toExpand),
    switch: names(toSwitch),
    contract: names([
      ...(isOnlyNarrowed ? narrowing : []),
      ...ofFile('other').filter(differsFrom(expanded)),
      ...ofFile('route').filter(differsFrom(switched)),
    ]),
    quietMs: quiet,
    unsettledMs,
  };
}

/** Whether anything is deployed that the file does not ask for: then it matters who may still use it. */
function isUnsettling(
  routes: Routes,
  deployed: readonly Stack[],
  wanted: readonly Stack[],
  unreadable: ReadonlySet<string>,
): boolean {
  return unreadable.size > 0 || !isWithin(permissionsOfStacks(routes, deployed), routes, wanted);
}

/** Whether a stack allows less than its deployed version does, and nothing new. */
function narrows(routes: Routes, deployed: readonly Stack[]): (stack: Stack) => boolean {
  return (stack) => {
    const before = deployed.filter(({ name, account }) => name === stack.name && account === stack.account);
    return (
      isWithin(permissionsOfStacks(routes, [stack]), routes, before) &&
      !isWithin(permissionsOfStacks(routes, before), routes, [stack])
    );
  };
}
