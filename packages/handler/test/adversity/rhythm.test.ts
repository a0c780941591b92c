import { describe, expect, test } from 'vitest';
import { BAD, basePlan, withBehaviour } from '../../simulation/base-plan.ts';
import type { Behaviour } from '../../simulation/plan.ts';
import { noInnocentDeadLettered, one, p99AtMost } from '../../simulation/rules.ts';
import { run } from '../../simulation/run.ts';

const secondsNow = () => performance.now() / 1000;

async function brokenRules(behaviour: Behaviour, hours: number) {
  const base = basePlan({ seed: 1, hours, rate: 0.02, environments: undefined });
  const target = one(await run(withBehaviour(base, BAD, behaviour), { secondsNow }), BAD);
  return [noInnocentDeadLettered([target]), p99AtMost([target], 2 * 3_600_000, 'at the target')]
    .filter(({ holds }) => !holds)
    .map(({ rule, found }) => `${rule}: ${found}`);
}

describe('a target that is there for half of the time', () => {
  test('gets its records within two hours: up and down for 45 s', async () => {
    expect(await brokenRules({ kind: 'flaps', upMs: 45_000, downMs: 45_000 }, 1)).toEqual([]);
  });

  test('gets its records within two hours: up and down for 15 s, of which the probes are multiples', async () => {
    expect(await brokenRules({ kind: 'flaps', upMs: 15_000, downMs: 15_000 }, 2)).toEqual([]);
  });

  test('gets its records within two hours: up and down for 60 s, of which the probes are multiples', async () => {
    expect(await brokenRules({ kind: 'flaps', upMs: 60_000, downMs: 60_000 }, 2)).toEqual([]);
  });
});

describe('a target that throttles nine calls in ten', () => {
  test('gets its records in the end', async () => {
    expect(await brokenRules({ kind: 'throttles', share: 0.9 }, 1)).toEqual([]);
  });
});
