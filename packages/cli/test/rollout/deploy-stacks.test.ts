import { describe, expect, test } from 'vitest';
import { type DeployStacksOptions, deployStacks } from '../../src/rollout/deploy-stacks.ts';
import { forwarderStack, routeStack, targetStack } from '../stacks/assembly-stack.ts';

const STACKS = [
  routeStack('orders', ['forwarder', 'one']),
  routeStack('payments', ['forwarder', 'one', 'two']),
  targetStack('one'),
  targetStack('two'),
  forwarderStack('forwarder'),
];

/** Deploys with the reasons of the stacks that fail; tells what began and ended, in order. */
async function run(reasons: Record<string, string> = {}, options: Partial<DeployStacksOptions> = {}) {
  const events: string[] = [];
  let clock = 0;
  const outcomes = await deployStacks({
    stacks: STACKS,
    concurrency: 2,
    signal: new AbortController().signal,
    async deploy({ name }) {
      await Promise.resolve();
      clock += 2000;
      return reasons[name];
    },
    onStart: ({ name }) => void events.push(`+${name}`),
    onEnd: ({ stack }) => void events.push(`-${stack}`),
    now: () => clock,
    ...options,
  });
  return { events, outcomes };
}

const told = ({ outcomes }: Awaited<ReturnType<typeof run>>) =>
  outcomes.map(({ stack, outcome, reason }) => [stack, outcome, reason]);

describe('deployStacks', () => {
  test('waits for all stacks of a kind before it begins the next', async () => {
    const { events } = await run();
    const at = (event: string) => events.indexOf(event);
    expect(at('-forwarder')).toBeLessThan(Math.min(at('+one'), at('+two')));
    expect(Math.max(at('-one'), at('-two'))).toBeLessThan(
      Math.min(at('+route-orders'), at('+route-payments')),
    );
  });

  test.each([1, 2, 3])('deploys at most %i at once, and as many where there are', async (concurrency) => {
    let [running, most] = [0, 0];
    await run(
      {},
      {
        stacks: ['a', 'b', 'c', 'd', 'e'].map((name) => targetStack(name)),
        concurrency,
        async deploy() {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return undefined;
        },
      },
    );
    expect(most).toBe(concurrency);
  });

  test('reports the seconds of each', async () => {
    const { outcomes } = await run({}, { concurrency: 1 });
    expect(outcomes[0]).toEqual({
      stack: 'forwarder',
      account: '111111111111',
      outcome: 'deployed',
      seconds: 2,
      reason: null,
    });
  });

  test('goes on where a stack fails', async () => {
    expect(told(await run({ two: 'no' }))).toEqual([
      ['forwarder', 'deployed', null],
      ['one', 'deployed', null],
      ['two', 'failed', 'no'],
      ['route-orders', 'deployed', null],
      ['route-payments', 'deployed', null],
    ]);
  });

  test('begins nothing more once it is interrupted', async () => {
    const controller = new AbortController();
    const interrupted = await run(
      {},
      {
        signal: controller.signal,
        async deploy() {
          controller.abort();
          return 'ended by a signal';
        },
      },
    );
    expect(interrupted.events[0]).toBe('+forwarder');
    expect(told(interrupted)).toEqual([
      ['forwarder', 'interrupted', 'CloudFormation finishes what it has begun'],
      ...['one', 'two', 'route-orders', 'route-payments'].map((stack) => [
        stack,
        'skipped',
        'interrupted before it began',
      ]),
    ]);
  });
});
