import { routeCache } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { basePlan, functionName } from '../../simulation/base-plan.ts';
import { run } from '../../simulation/run.ts';

const secondsNow = () => performance.now() / 1000;
const ADDED = functionName(3);

describe('the accounting of the simulation', () => {
  test('allows for environments that do not know of a target that was added until their route is a minute old', async () => {
    expect(routeCache.lifetimeMs).toBe(60_000);
    const base = basePlan({ seed: 4, hours: 0.35, rate: 0.1, environments: undefined });
    const plan = {
      ...base,
      routes: base.routes.map((route) => ({
        ...route,
        shards: 8,
        targets: route.targets.filter(({ function: name }) => name !== ADDED),
        edits: [{ hour: 0.25, targets: route.targets }],
      })),
    };

    await expect(run(plan, { secondsNow })).resolves.toBeDefined();
  });
});
