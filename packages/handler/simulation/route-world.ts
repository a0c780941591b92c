import { routeCache } from '@xacct/core';
import type { Environments } from './environments.ts';
import type { Holdings } from './holdings.ts';
import { createTargetLedger, type TargetLedger } from './ledger.ts';
import { queuePlaces } from './places.ts';
import { HOUR, type Hours, type RoutePlan, type TargetPlan, type WorldPlan } from './plan.ts';
import { produce } from './producer.ts';
import { createQueue, type Queue } from './queue.ts';
import { readQueue } from './queue-reader.ts';
import { createRandom } from './random.ts';
import { createRecords, type Records } from './records.ts';
import { createShardReader, type ShardStats } from './shard-reader.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A route's stream, with the account of its records for each target. */
export interface RouteWorld {
  plan: RoutePlan;
  records: Records;
  /** Of all targets that the route has at some time. */
  ledgers: readonly TargetLedger[];
}

/**
 * Around an edit, a record may be one that its target is not given: it was put long before, while its shard was waiting; or
 * soon after, when an environment had not yet read the route anew, twice in vain where Parameter Store throttles.
 */
const EDIT_MS = { before: HOUR, after: 3 * routeCache.lifetimeMs + 60_000 };
/** AWS's advice, in timeouts of the function. */
const VISIBILITY_TIMEOUTS = 6;

export function createRouteWorld(options: {
  index: number;
  plan: RoutePlan;
  start: number;
  isPoison: (functionName: string, ordinal: number) => boolean;
  /** Of Parameter Store: an edit is not seen while they last. */
  outages: readonly Hours[];
  where: () => string;
}): RouteWorld {
  const { index, plan, start, isPoison, outages, where } = options;
  const records = createRecords(index, plan.name, plan.recordBytes);
  const ledgers = targetsOf(plan).map((target) =>
    createTargetLedger({
      route: plan.name,
      target,
      records,
      isPoison: (ordinal) => isPoison(target.function, ordinal),
      mayBeMissing: (putAt) => mayBeMissing(plan, target, putAt - start, outages),
      where,
    }),
  );
  return { plan, records, ledgers };
}

export interface RouteQueues {
  retry: Queue;
  deadLetters: Queue;
}

export function createRouteQueues(options: {
  route: RouteWorld;
  world: WorldPlan;
  time: VirtualTime;
  holdings: Holdings;
}): RouteQueues {
  const { route, world, time, holdings } = options;
  const { name } = route.plan;
  const places = queuePlaces(name);
  const visibilityTimeoutMs = VISIBILITY_TIMEOUTS * world.forwarder.timeoutSeconds * 1000;
  const inFlight = Math.max(1, Math.round(world.queue.inFlight * world.rate));
  const common = { time, holdings, visibilityTimeoutMs, plan: { ...world.queue, inFlight } };
  const deadLetters = createQueue({
    ...common,
    place: places.deadLetters,
    random: createRandom(world.seed, `${name} dead letters`),
    holder: 'dead letters',
  });
  const retry = createQueue({
    ...common,
    place: places.retry,
    random: createRandom(world.seed, `${name} retry queue`),
    holder: 'queue',
    deadLetters,
  });
  return { retry, deadLetters };
}

/** Connects the route's producers, mappings and queues with the forwarder. */
export function startRoute(options: {
  route: RouteWorld;
  queues: RouteQueues;
  world: WorldPlan;
  time: VirtualTime;
  environments: Environments;
}): ShardStats[] {
  const { route, queues, world, time, environments } = options;
  const { plan, records, ledgers } = route;
  const { parallelizationFactor } = world.mapping;
  readQueue({
    queue: queues.retry,
    environments,
    time,
    random: createRandom(world.seed, `${plan.name} queue reader`),
    maximumConcurrency: world.queue.maximumConcurrency,
    visibilityTimeoutMs: VISIBILITY_TIMEOUTS * world.forwarder.timeoutSeconds * 1000,
    stopsLoops: world.forwarder.recursiveLoop === 'Terminate',
  });
  const lanes = Array.from({ length: plan.shards * parallelizationFactor }, (_, lane) =>
    createShardReader({
      records,
      environments,
      time,
      random: createRandom(world.seed, `${plan.name} shard ${lane}`),
      plan: world.mapping,
      leave(ordinals, to) {
        for (const ordinal of ordinals) for (const ledger of ledgers) ledger.leaveStream(ordinal, to);
      },
    }),
  );
  produce({
    route: plan,
    rate: world.rate,
    end: time.now() + world.hours * HOUR,
    time,
    random: createRandom(world.seed, `${plan.name} producer`),
    put(shard, times) {
      const ordinals = times.map((at) => records.put(shard, at));
      for (const ordinal of ordinals) for (const ledger of ledgers) ledger.put(ordinal);
      const byLane = Map.groupBy(ordinals, (ordinal) => records.partitionOf(ordinal) % parallelizationFactor);
      for (const [lane, held] of byLane) lanes[shard * parallelizationFactor + lane]?.add(held);
    },
  });
  return lanes.map(({ stats }) => stats);
}

function targetsOf({ targets, edits = [] }: RoutePlan): TargetPlan[] {
  const all = [...targets, ...edits.flatMap((edit) => edit.targets)];
  return [...new Map(all.map((target) => [target.function, target])).values()];
}

/** Whether a record put so many milliseconds after the start may be one that its target is not given. */
function mayBeMissing(
  { targets, edits = [] }: RoutePlan,
  target: TargetPlan,
  putMs: number,
  outages: readonly Hours[],
): boolean {
  if (edits.length === 0) return false;
  const states = [{ hour: 0, targets }, ...edits];
  return states.some((state, index) => {
    const has = state.targets.some(({ function: name }) => name === target.function);
    if (has) return false;
    const from = state.hour * HOUR - EDIT_MS.before;
    const isBack = states[index + 1]?.hour ?? Number.POSITIVE_INFINITY;
    const isSeen = outages
      .filter((outage) => outage.from <= isBack + EDIT_MS.after / HOUR && outage.to > isBack)
      .reduce((latest, outage) => Math.max(latest, outage.to), isBack);
    return putMs >= from && putMs < isSeen * HOUR + EDIT_MS.after;
  });
}
