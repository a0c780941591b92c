import { type ProbedTarget, parseArn, type Route } from '@xacct/core';

/** A target that the forwarder could not reach. */
export interface BrokenTarget extends Omit<ProbedTarget, 'outcome'> {
  route: Route;
  class: string;
  reason: string;
  /** `assume`: STS gave no credentials of the role. `invoke`: Lambda refused the dry run. */
  at: 'assume' | 'invoke';
}

/** A target that was probed, and the forwarder that did. */
export type AnyTarget = ProbedTarget & { forwarder: string };

/** What is broken, and for which targets. */
export interface BrokenGroup {
  what: 'account' | 'forwarder' | 'role' | 'policy' | 'function' | 'region' | 'target';
  /** The resource: ARN of a role or a function; name of an account, a forwarder or a region. */
  name: string;
  broken: BrokenTarget[];
}

/** How the handler's message begins where STS refused. */
const ASSUME = /^Cannot assume /;

/** What the finding itself says is not repeated. */
function withoutHint(reason: string): string {
  return reason
    .replace(/^Cannot assume \S+ for route "[^"]*": /, '')
    .replace(/\. Is the xacct stack of account \d{12} deployed\?$/, '');
}

export function brokenTargets(route: Route, targets: readonly ProbedTarget[]): BrokenTarget[] {
  return targets.flatMap(({ outcome, ...probed }) => {
    if (outcome === 'ok') return [];
    const { class: failureClass, reason } = outcome;
    const at = ASSUME.test(reason) ? 'assume' : 'invoke';
    return { ...probed, route, class: failureClass, reason: withoutHint(reason), at };
  });
}

/**
 * Groups targets by the one thing that is wrong: where no target of a region is there, it is the region; where none of
 * several roles of an account may be assumed, it is the account; where a forwarder may assume none at all, it is the forwarder.
 *
 * @param all every target that was probed
 */
export function groupByCause(broken: readonly BrokenTarget[], all: readonly AnyTarget[]): BrokenGroup[] {
  const regions = allBroken(broken.filter(isAway), all, regionOf, regionOf);
  const refused = broken.filter(
    ({ at, class: failureClass }) => at === 'assume' && failureClass === 'denied',
  );
  const accounts = allBroken(refused, all, accountOf, ({ role }) => role);
  const forwarders = allBroken(
    refused.map((target) => ({ ...target, forwarder: target.route.forwarder })),
    all,
    ({ forwarder }) => forwarder,
    accountOf,
  );
  const groups = Map.groupBy(broken, (target) => {
    const isDenied = target.class === 'denied';
    if (isAway(target) && regions.has(regionOf(target))) return `region ${regionOf(target)}`;
    if (target.at === 'assume') {
      const { forwarder } = target.route;
      if (isDenied && forwarders.has(forwarder)) return `forwarder ${forwarder}`;
      return isDenied && accounts.has(accountOf(target))
        ? `account ${accountOf(target)}`
        : `role ${target.role}`;
    }
    if (isDenied) return `policy ${target.role}`;
    return `${target.class === 'refused' ? 'function' : 'target'} ${target.target}`;
  });
  return Array.from(groups, ([key, members]) => {
    const [what, name = ''] = key.split(' ');
    return { what: what as BrokenGroup['what'], name, broken: members };
  });
}

/** Lambda itself did not answer. */
function isAway({ class: failureClass, at }: BrokenTarget): boolean {
  return at === 'invoke' && (failureClass === 'unavailable' || failureClass === 'deadline');
}

function regionOf({ target }: { target: string }): string {
  return parseArn(target).region;
}

function accountOf({ target }: { target: string }): string {
  return parseArn(target).account;
}

/**
 * The places whose targets are all broken. One of several roles, or of several accounts, says nothing about its place.
 *
 * @param kindOf a place counts only where its targets are of two kinds; or of one, where that is the place itself
 */
function allBroken<T extends { target: string; role: string }>(
  broken: readonly T[],
  all: readonly AnyTarget[],
  placeOf: (target: T | AnyTarget) => string,
  kindOf: (target: T | AnyTarget) => string,
): Set<string> {
  const byPlace = Map.groupBy(broken, placeOf);
  return new Set(
    Array.from(Map.groupBy(all, placeOf))
      .filter(([place, probed]) => byPlace.get(place)?.length === probed.length)
      .filter(([place, probed]) => {
        const kinds = new Set(probed.map(kindOf));
        return kinds.size > 1 || kinds.has(place);
      })
      .map(([place]) => place),
  );
}
