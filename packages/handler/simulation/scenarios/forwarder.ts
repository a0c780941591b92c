import { BAD, functionName, withBehaviour, withPoison } from '../base-plan.ts';
import type { WorldPlan } from '../plan.ts';
import {
  duplicatesAtMost,
  innocentsDelivered,
  noBatchFails,
  noInnocentDeadLettered,
  noneGivenUp,
  nothingDeadLettered,
  of,
  one,
  others,
  p99AtMost,
  p99Within,
} from '../rules.ts';
import type { Scenario } from '../scenario.ts';

const REMOVED = functionName(2);
const ADDED = functionName(3);

/** What happens to the forwarder itself, its route and its records. */
export const forwarderScenarios: Scenario[] = [
  {
    name: 'deployments',
    about: 'all environments are replaced every 10 minutes for an hour',
    thinned: { hours: 1.2, rate: 0.01 },
    hours: 6,
    plan: (base) => withForwarder(base, { deployments: [2, 3, 4, 5, 6, 7].map((sixth) => sixth / 6) }),
    healthy: (plan) => withForwarder(plan, { deployments: [] }),
    rules: (result, healthy) => [
      noBatchFails(result),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      duplicatesAtMost(result.targets, 0),
      p99Within(result, healthy, others(result, ''), 1.5),
    ],
  },
  {
    name: 'killed',
    about: 'an environment is killed every 2 minutes; one function takes 3 s',
    thinned: { hours: 2, rate: 0.01 },
    hours: 6,
    plan: (base) =>
      withForwarder(withBehaviour(base, BAD, { kind: 'slow', ms: 3_000 }), { killEveryMinutes: 2 }),
    rules: (result) => [
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      noneGivenUp(result.targets),
      duplicatesAtMost(result.targets, 3),
    ],
  },
  {
    name: 'clock-skew',
    about: 'the clocks of environments are wrong by up to 10 minutes; one target is dead for an hour',
    thinned: { hours: 4, rate: 0.002 },
    plan: (base) => ({
      ...withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 2, to: 3 }),
      clockSkewMs: 600_000,
    }),
    healthy: (plan) => ({ ...plan, clockSkewMs: 0 }),
    rules: (result, healthy) => [
      noBatchFails(result),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      p99Within(result, healthy, others(result, BAD), 1.1),
    ],
  },
  {
    name: 'queue-duplicates',
    about: 'the queue gives 5 % of its messages out twice; one target flaps',
    thinned: { hours: 3, rate: 0.005 },
    hours: 12,
    plan: (base) => ({
      ...withBehaviour(base, BAD, { kind: 'flaps', upMs: 30_000, downMs: 30_000 }),
      queue: { ...base.queue, duplicates: 0.05 },
    }),
    rules: (result) => [
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      duplicatesAtMost(result.targets, 2),
    ],
  },
  {
    name: 'route-edit',
    about: 'a target is removed after 2 hours, and another is added; a third is dead meanwhile',
    thinned: { hours: 4, rate: 0.002 },
    hours: 8,
    plan: (base) => ({
      ...withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 1, to: 3 }),
      routes: base.routes.map((route) => ({
        ...route,
        targets: route.targets.filter(({ function: name }) => name !== ADDED),
        edits: [{ hour: 2, targets: route.targets.filter(({ function: name }) => name !== REMOVED) }],
      })),
    }),
    rules: (result) => [
      noBatchFails(result),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      duplicatesAtMost(result.targets, 1),
    ],
  },
  {
    name: 'route-edit-parked',
    about: 'a dead target with parked records is removed, and comes back to the route an hour later',
    thinned: { hours: 5, rate: 0.002 },
    hours: 8,
    plan: (base) => ({
      ...withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 1, to: 4 }),
      routes: base.routes.map((route) => ({
        ...route,
        edits: [
          { hour: 2, targets: route.targets.filter(({ function: name }) => name !== BAD) },
          { hour: 3, targets: route.targets },
        ],
      })),
    }),
    rules: (result) => [
      innocentsDelivered(result.targets),
      noBatchFails(result),
      noneGivenUp(result.targets),
    ],
  },
  {
    name: 'route-edit-parts',
    about:
      'a route of 80 targets in several parameters, which an edit writes over 20 s, while environments are replaced',
    thinned: { hours: 1, rate: 0.005 },
    hours: 1,
    rate: 0.02,
    plan: (base) => {
      const functions = Array.from({ length: 80 }, (_, index) => ({ name: functionName(index + 1) }));
      const [like] = base.routes.flatMap(({ targets }) => targets);
      const targets = functions.flatMap(({ name }) =>
        like === undefined ? [] : [{ ...like, function: name }],
      );
      return {
        ...withForwarder(base, { deployments: [0.5, 0.5014, 0.5028, 0.5042] }),
        functions,
        routes: base.routes.map((route) => ({
          ...route,
          targets,
          edits: [{ hour: 0.5, targets: targets.slice(1) }],
          editSeconds: 20,
          together: true,
        })),
      };
    },
    rules: (result) => [
      noBatchFails(result),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      duplicatesAtMost(result.targets, 0),
    ],
  },
  {
    name: 'batch-10000',
    about: 'batches of up to 10,000 records in a window of 300 s, of which one function throws on 0.1 %',
    thinned: { hours: 4, rate: 0.01 },
    environments: [20],
    plan: (base) => ({
      ...withPoison(base, BAD, { share: 0.001, mode: 'throws' }),
      mapping: { ...base.mapping, batchSize: 10_000, windowMs: 300_000 },
    }),
    rules: (result) => [
      innocentsDelivered(result.targets),
      noInnocentDeadLettered(result.targets),
      p99AtMost(of(result, others(result, BAD)), 305_000, 'elsewhere'),
      p99AtMost([one(result, BAD)], 305_000, 'of innocents at the function'),
    ],
  },
  {
    name: 'large-records',
    about: 'records of 300 KB; one function throws on 1 % of them, another target is dead for half an hour',
    thinned: { hours: 1.2, rate: 0.000_4 },
    hours: 2,
    rate: 0.001,
    plan: (base) => {
      const plan = withBehaviour(base, functionName(6), { kind: 'unavailable' }, { from: 0.5, to: 1 });
      return {
        ...withPoison(plan, BAD, { share: 0.01, mode: 'throws' }),
        routes: base.routes.map((route) => ({ ...route, recordBytes: 300_000 })),
        // A shard takes 1 MiB a second, 2.5 of such records: the traffic is a 25th of the most, and so is the room in flight.
        queue: { ...base.queue, inFlight: base.queue.inFlight * 40 },
      };
    },
    rules: (result) => [
      innocentsDelivered(result.targets),
      noInnocentDeadLettered(result.targets),
      p99AtMost([one(result, BAD)], 5_000, 'of innocents at the function that throws'),
    ],
  },
  {
    name: 'full-rate',
    about:
      'the full traffic for six minutes; one function hangs, one throws on 1 %, one target is dead for 3 minutes',
    thinned: { hours: 0.01, rate: 1 },
    hours: 0.1,
    rate: 1,
    plan: (base) => {
      const dead = withBehaviour(base, functionName(6), { kind: 'unavailable' }, { from: 0.02, to: 0.07 });
      const hangs = withBehaviour(dead, BAD, { kind: 'hangs' });
      return withPoison(hangs, functionName(2), { share: 0.01, mode: 'throws' });
    },
    rules: (result) => {
      const bad = [BAD, functionName(2), functionName(6)];
      const rest = others(result, BAD);
      return [
        innocentsDelivered(of(result, rest)),
        noInnocentDeadLettered(of(result, rest)),
        noneGivenUp(result.targets),
        // Six minutes are few: a function that hangs is left behind once by each environment, for 5 s.
        p99AtMost(
          of(
            result,
            rest.filter((name) => !bad.includes(name)),
          ),
          6_000,
          'elsewhere',
        ),
      ];
    },
  },
];

function withForwarder(plan: WorldPlan, change: Partial<WorldPlan['forwarder']>): WorldPlan {
  return { ...plan, forwarder: { ...plan.forwarder, ...change } };
}
