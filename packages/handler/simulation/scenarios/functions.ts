import { allHealthy, BAD, functionName, withBehaviour, withPoison, withTarget } from '../base-plan.ts';
import {
  duplicatesAtMost,
  duplicatesOnly,
  inFlightAtMost,
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

const SECOND = functionName(2);

/** Other ways in which functions go wrong. */
export const functionScenarios: Scenario[] = [
  ...[1, 6].map(
    (hours): Scenario => ({
      name: `fails-${hours}h`,
      about: `one function throws on everything for ${hours} h, then it works (request-response)`,
      thinned: { hours: hours + 2, rate: 0.002 },
      plan: (base) => withBehaviour(base, BAD, { kind: 'fails', share: 1 }, { from: 1, to: 1 + hours }),
      healthy: allHealthy,
      rules: (result, healthy) => [
        innocentsDelivered(result.targets),
        nothingDeadLettered(result.targets),
        inFlightAtMost(result, 60_000),
        p99Within(result, healthy, others(result, BAD), 1.1),
      ],
    }),
  ),
  {
    name: 'slow-3s',
    about: 'one function takes 3 s (request-response)',
    thinned: { hours: 2, rate: 0.02 },
    plan: (base) => withBehaviour(base, BAD, { kind: 'slow', ms: 3_000 }),
    healthy: allHealthy,
    rules: (result, healthy) => [
      innocentsDelivered(result.targets),
      duplicatesAtMost(result.targets, 0),
      nothingDeadLettered(result.targets),
      p99Within(result, healthy, others(result, BAD), 1.1),
    ],
  },
  {
    name: 'throttles-50',
    about: 'one target throttles half of all calls',
    thinned: { hours: 4, rate: 0.01 },
    plan: (base) => withBehaviour(base, BAD, { kind: 'throttles', share: 0.5 }),
    healthy: allHealthy,
    rules: (result, healthy) => [
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      p99AtMost(result.targets, 60_000, 'of all'),
      p99Within(result, healthy, others(result, BAD), 1.1),
    ],
  },
  {
    name: 'loses-answers',
    about: 'one call in 50 to one target is done, and its answer is lost',
    thinned: { hours: 2, rate: 0.01 },
    plan: (base) => withBehaviour(base, BAD, { kind: 'loses answers', share: 0.02 }),
    rules: (result) => [
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      duplicatesAtMost(result.targets, 2),
    ],
  },
  {
    name: 'reports-and-goes-on',
    about: 'one function reports 1 % of the records, and takes those after them all the same',
    thinned: { hours: 1, rate: 0.01 },
    plan: (base) => withPoison(base, BAD, { share: 0.01, mode: 'reports', takesRest: true }),
    rules: (result) => [
      innocentsDelivered(result.targets),
      noInnocentDeadLettered(result.targets),
      duplicatesAtMost(of(result, others(result, BAD)), 0),
      duplicatesOnly(one(result, BAD), 'after a reported record'),
      p99AtMost(result.targets, 5_000, 'of innocents'),
    ],
  },
  {
    name: 'two-bad',
    about: 'one function never answers, another throws on 1 % (both request-response)',
    thinned: { hours: 0.5, rate: 0.01 },
    plan: (base) =>
      withPoison(withBehaviour(base, BAD, { kind: 'hangs' }), SECOND, { share: 0.01, mode: 'throws' }),
    healthy: allHealthy,
    rules: (result, healthy) => {
      const rest = others(result, BAD);
      return [
        innocentsDelivered(of(result, rest)),
        noInnocentDeadLettered(of(result, rest)),
        p99AtMost(of(result, rest), 5_000, 'of innocents elsewhere'),
        p99Within(
          result,
          healthy,
          rest.filter((name) => name !== SECOND),
          1.2,
        ),
        noBatchFails(result),
      ];
    },
  },
  {
    name: 'all-dead-2h',
    about: 'all targets answer 500 for 2 hours',
    thinned: { hours: 4, rate: 0.001 },
    hours: 12,
    plan: (base) =>
      base.functions.reduce(
        (plan, { name }) => withBehaviour(plan, name, { kind: 'unavailable' }, { from: 1, to: 3 }),
        base,
      ),
    rules: (result) => [
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      noneGivenUp(result.targets),
      inFlightAtMost(result, 60_000),
    ],
  },
  {
    name: 'block-neighbours',
    about:
      'a target with `block` answers 500 for 2 hours, with 20 environments: the others get nothing twice',
    thinned: { hours: 4, rate: 0.002 },
    environments: [20],
    hours: 6,
    plan: (base) => ({
      ...withTarget(withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 1, to: 3 }), BAD, {
        onFailure: 'block',
      }),
      mapping: { ...base.mapping, maximumRetryAttempts: -1, maximumRecordAgeSeconds: -1 },
    }),
    rules: (result) => [
      duplicatesAtMost(of(result, others(result, BAD)), 0),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      noneGivenUp(result.targets),
    ],
  },
];
