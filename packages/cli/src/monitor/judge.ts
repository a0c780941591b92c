import { functionFromArn } from '@xacct/core';
import { isCounted, type RouteStatus, STATES, type State, type TargetStatus } from './status.ts';

/** Names with numbers in them, as people order them: `stream-2` before `stream-10`. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** The states of a target, the worst first. */
export function statesOfTarget(
  { figures, lastFailure, waiting, dead }: Pick<TargetStatus, 'figures' | 'lastFailure' | 'waiting' | 'dead'>,
  isPaused: boolean,
): State[] {
  const failed = lastFailure !== null || (figures !== null && figures.parked + figures.failed > 0);
  return states({
    denied: lastFailure?.class === 'denied',
    dead: dead !== null && dead > 0,
    waiting: waiting !== null && waiting > 0,
    failing: failed && lastFailure?.class !== 'denied',
    paused: isPaused,
    ok: figures !== null && isCounted(figures) && !failed,
    uncounted: figures === null && !failed,
  });
}

/** The states of a route, those of its targets among them, the worst first. */
export function statesOfRoute({
  figures,
  batchFailure,
  waiting,
  dead,
  enabled,
  alarms,
  targets,
}: Pick<
  RouteStatus,
  'figures' | 'batchFailure' | 'waiting' | 'dead' | 'enabled' | 'alarms' | 'targets'
>): State[] {
  const has = (state: State) => targets.some((target) => target.states.includes(state));
  const failing = batchFailure !== null || figures.parked + figures.failed > 0;
  return states({
    denied: has('denied'),
    dead: dead !== null && dead.messages > 0,
    alarm: alarms.length > 0,
    unknown: waiting === null || dead === null,
    waiting: waiting !== null && waiting.messages > 0,
    failing: has('failing') || (failing && !has('denied')),
    paused: has('paused'),
    off: !enabled,
    ok: isCounted(figures) && !failing,
  });
}

function states(isSo: Partial<Record<State, boolean>>): State[] {
  const found = STATES.filter((state) => isSo[state] === true);
  const worse = found.filter((state) => state !== 'ok' && state !== 'uncounted');
  if (worse.length > 0) return worse;
  return found.length > 0 ? found : ['quiet'];
}

export function sortRoutes(routes: readonly RouteStatus[]): RouteStatus[] {
  return routes.toSorted((one, other) => rankOf(one) - rankOf(other) || compare(one.route, other.route));
}

export function sortTargets(targets: readonly TargetStatus[]): TargetStatus[] {
  const nameOf = ({ target }: TargetStatus) => functionFromArn(target).qualifiedName;
  return targets.toSorted(
    (one, other) =>
      rankOf(one) - rankOf(other) || compare(nameOf(one), nameOf(other)) || compare(one.target, other.target),
  );
}

/** Those of which nothing is the matter are equal. */
function rankOf({ states: [worst = 'quiet'] }: { states: readonly State[] }): number {
  return Math.min(STATES.indexOf(worst), STATES.indexOf('ok'));
}
