import { describe, expect, test } from 'vitest';
import { BAD, basePlan, withBehaviour } from '../../simulation/base-plan.ts';
import type { WorldPlan } from '../../simulation/plan.ts';
import { duplicatesAtMost, noInnocentDeadLettered, one } from '../../simulation/rules.ts';
import { run } from '../../simulation/run.ts';

const secondsNow = () => performance.now() / 1000;
const SEEDS = 12;

/** What does not hold for the slow function in runs with different seeds, while SQS delivers no message twice. */
async function broken(hours: number, planOf: (base: WorldPlan) => WorldPlan): Promise<string[]> {
  const found: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const base = basePlan({ seed, hours, rate: 0.02, environments: undefined });
    const plan = planOf({ ...base, queue: { ...base.queue, duplicates: 0 } });
    const target = one(await run(plan, { secondsNow }), BAD);
    for (const rule of [noInnocentDeadLettered([target]), duplicatesAtMost([target], 1)])
      if (!rule.holds) found.push(`seed ${seed}: ${rule.rule}: ${rule.found}`);
  }
  return found;
}

describe('a function that takes a while for each record, and is done with a batch of the stream in time', () => {
  test('takes what waited for it, although messages are put together', async () => {
    const found = await broken(0.5, (base) =>
      // 30 s for a batch of 100; the forwarder has 49.
      withBehaviour(base, BAD, { kind: 'slow each', ms: 300 }),
    );

    expect(found).toEqual([]);
  });

  test('takes what waited for it while it was unavailable', async () => {
    const found = await broken(1, (base) => {
      const slow = withBehaviour(base, BAD, { kind: 'slow each', ms: 150 });
      return withBehaviour(slow, BAD, { kind: 'unavailable' }, { from: 0.2, to: 0.45 });
    });

    expect(found).toEqual([]);
  });
});
