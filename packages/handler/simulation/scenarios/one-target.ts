import { allHealthy, BAD, functionName, withBehaviour, withTarget } from '../base-plan.ts';
import type { WorldPlan } from '../plan.ts';
import {
  duplicatesAtMost,
  inFlightAtMost,
  innocentsDelivered,
  inOrder,
  noneGivenUp,
  nothingDeadLettered,
  of,
  one,
  others,
  p99Within,
  rule,
  shareOfDuplicatesAtMost,
} from '../rules.ts';
import type { Scenario } from '../scenario.ts';

/** One target goes wrong, and the others must not notice. */
export const oneTargetScenarios: Scenario[] = [
  {
    name: 'dead-20h',
    about: 'one target answers 500 for 20 hours, then it is back',
    thinned: { hours: 24, rate: 0.000_3 },
    plan: (base) => withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 1, to: 21 }),
    healthy: allHealthy,
    rules: (result, healthy) => [
      p99Within(result, healthy, others(result, BAD), 1.1),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      inFlightAtMost(result, 60_000),
    ],
  },
  {
    name: 'hangs',
    about: 'one target never answers (request-response)',
    // The target is tried at growing intervals: in the first hour, up to 1 % of the time is waited for it.
    thinned: { hours: 3, rate: 0.01 },
    plan: (base) => withBehaviour(base, BAD, { kind: 'hangs' }),
    healthy: allHealthy,
    rules: (result, healthy) => [
      p99Within(result, healthy, others(result, BAD), 1.2),
      innocentsDelivered(of(result, others(result, BAD))),
      noneGivenUp(result.targets),
      inFlightAtMost(result, 60_000),
    ],
  },
  {
    name: 'slow-40s',
    about:
      'one target takes 40 s (request-response), for which the file allows 45 s; the forwarder has 60 s, and the queue gives nothing out twice',
    thinned: { hours: 6, rate: 0.01 },
    plan: (base) => withoutQueueDuplicates(withTarget(slow(base), BAD, { timeoutSeconds: 45 })),
    rules: (result) => [
      duplicatesAtMost(result.targets, 0),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
    ],
  },
  {
    name: 'slow-40s-left-behind',
    about:
      'one target takes 40 s (request-response), of which the file says nothing: its neighbours do not wait, and few of its calls are made twice',
    thinned: { hours: 6, rate: 0.01 },
    plan: (base) => withoutQueueDuplicates(slow(base)),
    healthy: allHealthy,
    rules: (result, healthy) => [
      duplicatesAtMost(of(result, others(result, BAD)), 0),
      duplicatesAtMost(result.targets, 1),
      shareOfDuplicatesAtMost(one(result, BAD), 0.005),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      p99Within(result, healthy, others(result, BAD), 1.2),
    ],
  },
  {
    name: 'role-denied-3h',
    about:
      'the role of one account is denied for 3 hours; another route reaches the same function by another role',
    thinned: { hours: 7, rate: 0.002 },
    plan: (base) => withTarget(withSecondRoute(base), BAD, {}),
    rules: (result) => {
      const waiting = result.targets.filter(
        ({ route, function: name, ledger }) =>
          !(route === 'orders' && name === BAD) && (ledger.arrival.quantile(0.999) ?? 0) > 30_000,
      );
      return [
        rule(
          "only that route's records wait",
          waiting.length === 0,
          waiting.map(({ route, function: name }) => `${name} of ${route}`).join(', '),
        ),
        innocentsDelivered(result.targets),
        nothingDeadLettered(result.targets),
      ];
    },
  },
  {
    name: 'flapping',
    about: 'one target is up for 30 s and down for 30 s, all day',
    thinned: { hours: 6, rate: 0.01 },
    plan: (base) => withBehaviour(base, BAD, { kind: 'flaps', upMs: 30_000, downMs: 30_000 }),
    healthy: allHealthy,
    rules: (result, healthy) => [
      nothingDeadLettered(result.targets),
      innocentsDelivered(result.targets),
      duplicatesAtMost(result.targets, 2),
      p99Within(result, healthy, others(result, BAD), 1.1),
    ],
  },
  {
    name: 'block-dead-5h',
    about: 'a target with `block` answers 500 for 5 hours (request-response; no limit of retries and age)',
    thinned: { hours: 9, rate: 0.002 },
    environments: [1],
    plan: (base) => ({
      ...withTarget(withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 2, to: 7 }), BAD, {
        onFailure: 'block',
      }),
      mapping: { ...base.mapping, maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 },
      // Another environment remembers nothing of the batch, so that duplicates are counted within one.
      forwarder: { ...base.forwarder, lifeHours: 100_000 },
    }),
    rules: (result) => [
      inOrder(one(result, BAD)),
      innocentsDelivered(result.targets),
      noneGivenUp(result.targets),
      nothingDeadLettered(result.targets),
      duplicatesAtMost(result.targets, 0),
    ],
  },
];

function slow(base: WorldPlan): WorldPlan {
  return withBehaviour(base, BAD, { kind: 'slow', ms: 40_000 });
}

function withoutQueueDuplicates(plan: WorldPlan): WorldPlan {
  return { ...plan, queue: { ...plan.queue, duplicates: 0 } };
}

/** The first route's role for the bad function is denied; the second route has a role of its own. */
function withSecondRoute(base: WorldPlan): WorldPlan {
  const [orders] = base.routes;
  if (orders === undefined) return base;
  const denied = { ...withTarget(base, BAD, { denied: [{ from: 2, to: 5 }] }).routes[0] };
  const events = {
    ...orders,
    name: 'events',
    targets: orders.targets.filter(({ function: name }) => name === BAD || name === functionName(2)),
  };
  return { ...base, routes: [{ ...orders, ...denied }, events] };
}
