import { describe, expect, test } from 'vitest';
import { basePlan } from '../simulation/base-plan.ts';
import { run } from '../simulation/run.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { scenarios } from '../simulation/scenarios.ts';

const secondsNow = () => performance.now() / 1000;
/**
 * Rules that do not hold yet: a function that hangs or is slow holds up its neighbours once in each environment, and with one
 * bad record in ten the innocents of that target arrive within 10 s rather than 5.
 */
const KNOWN = ['hangs: p99', 'slow-40s: p99', 'poison-throws-10: p99'];

/** Scenarios with other rules that do not hold yet: run them by hand, as `pnpm simulate everything --hours 1`. */
const NOT_YET = [
  'full-rate',
  'lost-sends',
  'throttles-50',
  'reports-and-goes-on',
  'two-bad',
  'queue-duplicates',
  'everything',
];
const chosen = scenarios.filter(({ name }) => !NOT_YET.includes(name));

/** The rules of a scenario that do not hold, in 18 thinned minutes of traffic, and all that drains after it. */
async function brokenRules(scenario: Scenario, seed: number, environments: number | undefined) {
  const plan = scenario.plan(basePlan({ seed, hours: 0.3, rate: 0.02, environments }));
  const result = await run(plan, { secondsNow });
  const healthy = scenario.healthy && (await run(scenario.healthy(plan), { secondsNow }));
  return scenario
    .rules(result, healthy)
    .filter(({ holds }) => !holds)
    .map(({ rule, found }) => `${scenario.name}: ${rule}: ${found}`)
    .filter((line) => !KNOWN.some((known) => line.startsWith(known)));
}

describe('the handler in a simulated AWS', () => {
  test.for(chosen.map((scenario) => [scenario.name, scenario] as const))(
    'keeps what must hold: %s',
    async ([, scenario]) => {
      for (const environments of scenario.environments ?? [undefined]) {
        expect(await brokenRules(scenario, 1, environments)).toEqual([]);
      }
    },
  );
});
