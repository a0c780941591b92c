import { BAD, withPoison } from '../base-plan.ts';
import type { Poison } from '../plan.ts';
import {
  callsAtMost,
  innocentsDelivered,
  noInnocentDeadLettered,
  one,
  p99AtMost,
  poisonHasItsReason,
} from '../rules.ts';
import type { Scenario } from '../scenario.ts';

const SHARES = [0.001, 0.01, 0.1];

/** Records that one target never takes. */
export const poisonScenarios: Scenario[] = (['throws', 'reports'] as const).flatMap((mode) =>
  SHARES.map((share) => scenario(`poison-${mode}-${share * 100}`, { share, mode })),
);

function scenario(name: string, poison: Poison): Scenario {
  const how = poison.mode === 'throws' ? 'throws on' : 'reports';
  return {
    name,
    about: `one function ${how} ${poison.share * 100} % of the records`,
    environments: [1, 20],
    // Every poison record comes on its own, many times.
    ...(poison.share >= 0.1 && { rate: 0.005 }),
    thinned: poison.share >= 0.1 ? { hours: 1, rate: 0.003 } : { hours: 1, rate: 0.02 },
    plan: (base) => withPoison(base, BAD, poison),
    rules(result) {
      const bad = one(result, BAD);
      return [
        innocentsDelivered(result.targets),
        noInnocentDeadLettered(result.targets),
        p99AtMost(result.targets, 5_000, 'of innocents'),
        poisonHasItsReason(bad),
        callsAtMost(result, bad),
      ];
    },
  };
}
