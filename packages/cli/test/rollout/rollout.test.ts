import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployStacks } from '../../src/deploy/deploy-stacks.ts';
import { compareStacks } from '../../src/diff/compare-stacks.ts';
import { anyEdit, edited, ACCOUNTS as POOL } from './edits.ts';
import { createMoments } from './moments.ts';
import { type RouteEntry, routesOf } from './routes-file.ts';
import { stacksInMemory } from './stacks-in-memory.ts';
import { createWorld, type World } from './world.ts';

async function deployAll(world: World, entries: readonly RouteEntry[], failing: readonly string[] = []) {
  const stacks = stacksInMemory(routesOf(entries));
  const changed = new Set(compareStacks(world.stacks(), stacks).map(({ name }) => name));
  return deployStacks({
    stacks: stacks.filter(({ name }) => changed.has(name)),
    concurrency: 1,
    signal: new AbortController().signal,
    async deploy(stack) {
      world.pass(10_000);
      return failing.includes(stack.account) ? 'refused' : world.deploy(stack);
    },
    onStart: () => {},
    onEnd: () => {},
    now: world.now,
  });
}

const ACCOUNTS = ['222222222221', '222222222222', '222222222223', '222222222224', '222222222225'];
const group = (name: string): RouteEntry[] => [
  {
    name: 'orders',
    stream: 'orders',
    forwarder: 'default',
    targets: ACCOUNTS.map((account) => ({ account, function: name })),
  },
];

describe('a deployment', () => {
  test.fails('denies nothing that runs where a function gets another name and one of five accounts fails', async () => {
    const moments = createMoments();
    const world = createWorld(() => moments.look(world));
    await deployAll(world, group('reader'));
    moments.denied.length = 0;
    await deployAll(world, group('reader-v2'), ['222222222225']);
    expect(moments.denied).toEqual([]);
  });
  test.fails('denies nothing that runs, whatever is edited and whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ edit: anyEdit, failing: fc.subarray(POOL, { maxLength: 2 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        async (steps) => {
          const moments = createMoments();
          const world = createWorld(() => moments.look(world));
          let file = START;
          await deployAll(world, file);
          moments.denied.length = 0;
          for (const { edit, failing } of steps) {
            file = edited(file, edit);
            for (const n of removedRoutes(world, file)) world.destroy(n);
            world.pass(300_000);
            await deployAll(world, file, failing);
            world.pass(300_000);
          }
          expect(moments.denied).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
const START: RouteEntry[] = [
  {
    name: 'orders',
    stream: 'orders',
    forwarder: 'default',
    targets: POOL.slice(0, 3).map((account) => ({ account, function: 'reader' })),
  },
  {
    name: 'payments',
    stream: 'payments',
    forwarder: 'default',
    targets: POOL.slice(2, 4).map((account) => ({ account, function: 'ledger' })),
  },
];
function removedRoutes(world: World, file: RouteEntry[]) {
  return world
    .stacks()
    .map(({ name }) => name)
    .filter((n) => n.startsWith('xacct-route-') && !file.some((e) => n === 'xacct-route-' + e.name));
}
