import { describe, expect, test } from 'vitest';
import { BAD, basePlan, withBehaviour } from '../../simulation/base-plan.ts';
import { duplicatesAtMost, noInnocentDeadLettered, one } from '../../simulation/rules.ts';
import { run } from '../../simulation/run.ts';

const secondsNow = () => performance.now() / 1000;

describe('a function that takes a while for each record, and is done with a batch of the stream in time', () => {
  test('takes what waited for it, although messages are put together for a call', async () => {
    const base = basePlan({ seed: 2, hours: 0.5, rate: 0.02, environments: undefined });
    // 30 s for a batch of 100; the forwarder has 49.
    const result = await run(withBehaviour(base, BAD, { kind: 'slow each', ms: 300 }), { secondsNow });

    const target = one(result, BAD);
    const broken = [noInnocentDeadLettered([target]), duplicatesAtMost([target], 1)].filter(
      ({ holds }) => !holds,
    );
    expect(broken.map(({ rule, found }) => `${rule}: ${found}`)).toEqual([]);
  });

  test('takes what waited for it while it was unavailable', async () => {
    const base = basePlan({ seed: 1, hours: 1, rate: 0.02, environments: undefined });
    const slow = withBehaviour(base, BAD, { kind: 'slow each', ms: 150 });
    const plan = withBehaviour(slow, BAD, { kind: 'unavailable' }, { from: 0.2, to: 0.45 });
    const result = await run(plan, { secondsNow });

    const target = one(result, BAD);
    const broken = [noInnocentDeadLettered([target]), duplicatesAtMost([target], 1)].filter(
      ({ holds }) => !holds,
    );
    expect(broken.map(({ rule, found }) => `${rule}: ${found}`)).toEqual([]);
  });
});
