import { describe, expect, test } from 'vitest';
import { BAD, basePlan, withBehaviour } from '../../simulation/base-plan.ts';
import type { WorldPlan } from '../../simulation/plan.ts';
import { run } from '../../simulation/run.ts';
import { scenarios } from '../../simulation/scenarios.ts';

const secondsNow = () => 0;
const base = (seed: number) => basePlan({ seed, hours: 0.5, rate: 0.05, environments: undefined });

/** All that a run comes to, and the handler's log. */
async function outcome(plan: WorldPlan): Promise<string> {
  const lines: string[] = [];
  const result = await run(plan, { secondsNow, write: (line) => lines.push(line) });
  const targets = result.targets.map(({ ledger, calls }) => [
    ledger.counts,
    ledger.arrival.quantile(0.99),
    calls,
  ]);
  return JSON.stringify([targets, result.events, result.environments, lines]);
}

describe('run', () => {
  test('does the same for the same seed, and something else for another', async () => {
    const flaps = (seed: number) =>
      withBehaviour(base(seed), BAD, { kind: 'flaps', upMs: 30_000, downMs: 30_000 });
    const first = await outcome(flaps(1));

    expect(await outcome(flaps(1))).toBe(first);
    expect(await outcome(flaps(2))).not.toBe(first);
  });

  test('delivers every record once where nothing goes wrong', async () => {
    const { targets } = await run(base(3), { secondsNow });

    expect(targets).toHaveLength(10);
    for (const { ledger, put } of targets) {
      expect(put).toBeGreaterThan(1_000);
      expect(ledger.counts.delivered).toBe(put);
      expect(ledger.duplicates.size).toBe(0);
      expect(ledger.arrival.quantile(0.99)).toBeLessThan(5_000);
    }
  });

  test.each([1, 2, 3])('accounts for every record while everything goes wrong (seed %i)', async (seed) => {
    const scenario = scenarios.find(({ name }) => name === 'everything');
    const plan = scenario?.plan(basePlan({ seed, hours: 0.2, rate: 0.02, environments: undefined }));

    await expect(plan && run(plan, { secondsNow })).resolves.toBeDefined();
  });
});
