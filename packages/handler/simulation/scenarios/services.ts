import { innocentsDelivered, noBatchFails, noneGivenUp, nothingDeadLettered } from '../rules.ts';
import type { Scenario } from '../scenario.ts';

const FIVE_MINUTES = 1 / 12;

/** The services that the forwarder itself needs. */
export const serviceScenarios: Scenario[] = [
  {
    name: 'throttled-services',
    about: 'SSM and STS allow a tenth of their rates; 20 environments, replaced every 5 minutes',
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
];
