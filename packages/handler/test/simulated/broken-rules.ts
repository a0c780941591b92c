import { basePlan } from '../../simulation/base-plan.ts';
import { run } from '../../simulation/run.ts';
import type { Scenario } from '../../simulation/scenario.ts';
import { scenarios } from '../../simulation/scenarios.ts';

const secondsNow = () => performance.now() / 1000;

/**
 * Runs a scenario as thinned as CI wants it, once for each number of environments that it asks for.
 *
 * @returns a line for each rule that does not hold, with the command that shows it again
 */
export async function brokenRules(scenario: Scenario, seed: number): Promise<string[]> {
  const broken: string[] = [];
  for (const environments of scenario.environments ?? [undefined]) {
    const plan = scenario.plan(basePlan({ seed, ...scenario.thinned, environments }));
    const result = await run(plan, { secondsNow });
    const healthy = scenario.healthy && (await run(scenario.healthy(plan), { secondsNow }));
    const { hours, rate } = scenario.thinned;
    const again = `pnpm simulate ${scenario.name} --seed ${seed} --hours ${hours} --rate ${rate}`;
    for (const { rule, holds, found } of scenario.rules(result, healthy)) {
      if (!holds)
        broken.push(`${rule}: ${found} (${again}${environments ? ` --environments ${environments}` : ''})`);
    }
  }
  return broken;
}

/** The scenario of a name. */
export function scenarioOf(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario ${name}`);
  return scenario;
}
