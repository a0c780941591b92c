import type { DeployedRoute } from '@xacct/reconcile';
import { sortTargets, statesOfRoute, statesOfTarget } from '../../monitor/judge.ts';
import type { Figures, RouteStatus, TargetStatus, Waiting } from '../../monitor/status.ts';
import type { Held, HeldRecords } from './held-records.ts';
import type { RaisedAlarms } from './raised-alarms.ts';
import type { Recorded } from './recorded.ts';

/** How long a failure counts after which nothing waits, in ms: a stream brings a batch again within that time. */
const RECENT_MS = 60_000;

/** The status of one route. */
export function statusOfRoute(
  route: DeployedRoute,
  recorded: Recorded,
  held: HeldRecords,
  { ofRoutes }: Pick<RaisedAlarms, 'ofRoutes'>,
  at: number,
): RouteStatus {
  const { name, streamName: stream, streamArn, forwarder, forwarderArn, enabled } = route;
  const counters = recorded.countersOf(name);
  const targets = sortTargets(
    route.targets.map((target) => statusOfTarget(route, target, recorded, held, at)),
  );
  const counted = counters.figures();
  const figures: Figures = {
    ...counted,
    // What the mapping drops, no target gets.
    filtered: counted.filtered + recorded.filteredOf(name) * targets.length,
    paused: [...held.paused.values()].reduce((sum, records) => sum + records, 0),
  };
  const queues = { waiting: withoutTargets(held.waiting), dead: withoutTargets(held.dead) };
  const alarms = ofRoutes.get(name) ?? [];
  const isFailing = at - counters.troubledAt < RECENT_MS;
  const noted = recorded.batchFailureOf(name);
  const batchFailure =
    noted !== null && at - noted.at < RECENT_MS
      ? { at: new Date(noted.at).toISOString(), reason: noted.reason }
      : null;
  const judged = isFailing ? figures : withoutTries(figures);
  return {
    ...{ route: name, stream, forwarder, enabled },
    states: statesOfRoute({ figures: judged, batchFailure, ...queues, enabled, alarms, targets }),
    incoming: recorded.incomingOf(streamArn),
    figures,
    deliveredPerSecond: counters.deliveredPerSecond(at),
    readDelay: recorded.readDelayOf(forwarderArn, streamArn, at),
    ...{ batchFailure, ...queues, alarms, targets },
  };
}

function statusOfTarget(
  { name }: DeployedRoute,
  { functionArn: target, invocation, onFailure, paused }: DeployedRoute['targets'][number],
  recorded: Recorded,
  held: HeldRecords,
  at: number,
): TargetStatus {
  const counters = recorded.countersOf(name, target);
  const counted = counters.figures();
  const figures: Figures | null = recorded.isCountedByRoute(name)
    ? null
    : {
        ...counted,
        filtered: counted.filtered + recorded.filteredOf(name),
        paused: held.paused.get(target) ?? 0,
      };
  const waiting = held.waiting && (held.waiting.ofTargets.get(target) ?? 0);
  const dead = held.dead && (held.dead.ofTargets.get(target) ?? 0);
  const noted = recorded.lastFailureOf(name, target);
  // The log has a failure that goes on once a minute.
  const failedAt = Math.max(counters.troubledAt, noted?.at ?? Number.NEGATIVE_INFINITY);
  const lastFailure = noted && { ...noted, at: new Date(failedAt).toISOString() };
  const isFailing = at - failedAt < RECENT_MS || (waiting ?? 0) + (dead ?? 0) > 0;
  const judged = isFailing
    ? { figures, lastFailure, waiting, dead }
    : { figures: figures && withoutTries(figures), lastFailure: null, waiting, dead };
  return {
    ...{ target, invocation, onFailure },
    // Records that were kept wait until somebody resumes them, also if the file does not say any more that it is paused.
    states: statesOfTarget(judged, paused === true || (held.paused.get(target) ?? 0) > 0),
    figures,
    deliveredPerSecond: recorded.isCountedByRoute(name) ? null : counters.deliveredPerSecond(at),
    ...{ waiting, dead, lastFailure },
  };
}

function withoutTargets(held: Held | null): Waiting | null {
  if (held === null) return null;
  const { messages, records, oldestSeconds } = held;
  return { messages, records, oldestSeconds };
}

function withoutTries(figures: Figures): Figures {
  return { ...figures, parked: 0, failed: 0 };
}
