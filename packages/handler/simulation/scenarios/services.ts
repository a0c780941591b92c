import { BAD, withBehaviour } from '../base-plan.ts';
import type { Fault, WorldPlan } from '../plan.ts';
import {
  duplicatesAtMost,
  innocentsDelivered,
  noBatchFails,
  noneGivenUp,
  nothingDeadLettered,
} from '../rules.ts';
import type { Result } from '../run.ts';
import type { Rule, Scenario } from '../scenario.ts';

const FIVE_MINUTES = 1 / 12;

/** The services that the forwarder itself needs. */
export const serviceScenarios: Scenario[] = [
  {
    name: 'throttled-services',
    about: 'SSM and STS allow a tenth of their rates; 20 environments, replaced every 5 minutes',
    thinned: { hours: 1, rate: 0.01 },
    environments: [20],
    hours: 6,
    plan: (base) => ({
      ...base,
      routes: base.routes.map((route) => ({ ...route, together: true })),
      mapping: { ...base.mapping, parallelizationFactor: 5 },
      quotas: { stsPerSecond: 60, ssmPerSecond: 4 },
      forwarder: {
        ...base.forwarder,
        lifeHours: 0.25,
        deployments: Array.from(
          { length: Math.floor(base.hours / FIVE_MINUTES) },
          (_, i) => i * FIVE_MINUTES,
        ),
      },
    }),
    rules: (result) => [
      noBatchFails(result),
      innocentsDelivered(result.targets),
      nothingDeadLettered(result.targets),
      noneGivenUp(result.targets),
    ],
  },
  ...(['ssm', 'sts', 'sqs', 's3'] as const).flatMap((service) =>
    (['fails', 'hangs'] as const).map(
      (mode): Scenario => ({
        name: `outage-${service}-${mode}`,
        about: `${service.toUpperCase()} ${mode === 'fails' ? 'answers 503' : 'never answers'} for an hour, with environments replaced; one target is dead meanwhile`,
        thinned: { hours: 2.5, rate: 0.002 },
        hours: 4,
        plan: (base) => outage(base, { service, mode, share: 1, from: 1, to: 2 }),
        rules,
      }),
    ),
  ),
  {
    name: 'lost-sends',
    about: 'one call in 20 to SQS is done, and its answer is lost; one target flaps',
    thinned: { hours: 3, rate: 0.005 },
    hours: 12,
    plan: (base) => ({
      ...withBehaviour(base, BAD, { kind: 'flaps', upMs: 30_000, downMs: 30_000 }),
      faults: [{ service: 'sqs', mode: 'loses', share: 0.05, from: 0, to: 12 }],
    }),
    rules: (result) => [...rules(result), duplicatesAtMost(result.targets, 2)],
  },
];

function rules(result: Result): Rule[] {
  return [
    noneGivenUp(result.targets),
    innocentsDelivered(result.targets),
    nothingDeadLettered(result.targets),
  ];
}

function outage(base: WorldPlan, fault: Fault): WorldPlan {
  return {
    ...withBehaviour(base, BAD, { kind: 'unavailable' }, { from: 1, to: 1.5 }),
    faults: [fault],
    forwarder: { ...base.forwarder, deployments: [1.1, 1.5, 1.8] },
  };
}
