import { describe, expect, test } from 'vitest';
import { createEnvironments, type Outcome } from '../../simulation/environments.ts';
import type { ForwarderPlan } from '../../simulation/plan.ts';
import { createRandom } from '../../simulation/random.ts';
import { createVirtualTime } from '../../simulation/virtual-time.ts';
import { sleep } from '../../src/invocation/clock.ts';

/** Environments whose handler takes as many milliseconds as the event says, and those that ran, by number of the call. */
function setUp(plan: Partial<ForwarderPlan> = {}) {
  const time = createVirtualTime(0);
  const ran: string[] = [];
  const outcomes: string[] = [];
  const environments = createEnvironments({
    plan: {
      timeoutSeconds: 60,
      memoryMB: 512,
      environments: undefined,
      concurrency: 10,
      lifeHours: 1_000,
      deployments: [],
      recursiveLoop: 'Terminate',
      ...plan,
    },
    time,
    random: createRandom(1, 'environments'),
    clockSkewMs: 0,
    load:
      ({ name, clock }) =>
      async (event) => {
        ran.push(name);
        await sleep(clock, (event as { ms: number }).ms);
        return { batchItemFailures: [] };
      },
  });
  const invoke = (at: number, ms: number) =>
    time.at(at, () => {
      const request = { event: { ms }, source: 'stream', isDuplicate: false, lineage: 1 } as const;
      environments.invoke(request, (outcome: Outcome) => outcomes.push(outcome.status));
    });
  return { time, environments, ran, outcomes, invoke };
}

describe('createEnvironments', () => {
  test('uses a warm environment again, and starts another for what runs at the same time', async () => {
    const { time, ran, outcomes, invoke } = setUp();
    invoke(0, 100);
    invoke(10_000, 5_000);
    invoke(11_000, 100);

    await time.runUntil(60_000);

    expect(ran).toEqual(['environment-0', 'environment-0', 'environment-1']);
    expect(outcomes).toEqual(['done', 'done', 'done']);
  });

  test('throttles what needs one environment more than there may be', async () => {
    const { time, outcomes, environments, invoke } = setUp({ environments: 1 });
    invoke(0, 5_000);
    invoke(1, 100);

    await time.runUntil(60_000);

    expect(outcomes).toEqual(['throttled', 'done']);
    expect(environments.stats.throttled).toBe(1);
  });

  test('ends an invocation at its timeout, with its environment', async () => {
    const { time, ran, outcomes, environments, invoke } = setUp();
    invoke(0, 100_000);
    invoke(80_000, 100);

    await time.runUntil(200_000);

    expect(outcomes).toEqual(['failed', 'done']);
    expect(ran).toEqual(['environment-0', 'environment-1']);
    expect(environments.stats.timedOut).toBe(1);
  });

  test('replaces all environments on a deployment, those that run after their invocation', async () => {
    const { time, ran, outcomes, environments, invoke } = setUp();
    invoke(0, 5_000);
    time.at(2_000, environments.deploy);
    invoke(20_000, 100);

    await time.runUntil(60_000);

    expect(outcomes).toEqual(['done', 'done']);
    expect(ran).toEqual(['environment-0', 'environment-1']);
  });

  test('fails the invocation of an environment that is killed', async () => {
    const { time, outcomes, environments, invoke } = setUp();
    invoke(0, 50_000);
    time.at(10_000, environments.killOne);

    await time.runUntil(60_000);

    expect(outcomes).toEqual(['failed']);
    expect(environments.stats.killed).toBe(1);
  });

  test('starts a new environment where the old one was idle for long', async () => {
    const { time, ran, invoke } = setUp();
    invoke(0, 100);
    invoke(3_600_000, 100);

    await time.runUntil(4_000_000);

    expect(ran).toEqual(['environment-0', 'environment-1']);
  });
});
