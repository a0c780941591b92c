import { describe, expect, test } from 'vitest';
import { basePlan, functionName } from '../../simulation/base-plan.ts';
import { noBatchFails } from '../../simulation/rules.ts';
import { run } from '../../simulation/run.ts';

const secondsNow = () => performance.now() / 1000;

/** 64 shards with a parallelization factor of 10, whose environments all start in the first second, with AWS's own quotas. */
function plan(targets: number) {
  const base = basePlan({ seed: 1, hours: 0.01, rate: 0.2, environments: undefined });
  const names = Array.from({ length: targets }, (_, index) => functionName(index + 1));
  return {
    ...base,
    functions: names.map((name) => ({ name })),
    mapping: { ...base.mapping, parallelizationFactor: 10 },
    routes: [
      {
        name: 'orders',
        shards: 64,
        together: true,
        targets: names.map(
          (name) => ({ function: name, invocation: 'request-response', onFailure: 'park' }) as const,
        ),
      },
    ],
  };
}

describe('640 environments that start at once', () => {
  test('read a route of one parameter before their time is over', async () => {
    const rule = noBatchFails(await run(plan(5), { secondsNow }));
    expect(rule.holds ? '' : rule.found).toBe('');
  });

  test('read a route of several parameters before their time is over', async () => {
    const rule = noBatchFails(await run(plan(50), { secondsNow }));
    expect(rule.holds ? '' : rule.found).toBe('');
  });
});
