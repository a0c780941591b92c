import { decodeRoute } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { RolledOut } from '../../src/rollout/roll-out.ts';
import { deployAtOnce, deployInWorld, destroyRemoved, differences, startWorld } from './deploy-in-world.ts';
import { ACCOUNTS } from './edits.ts';
import { FIRST, orders } from './first-routes.ts';

const GROUP = [...ACCOUNTS, '222222222225'];
const [ONE = '', TWO = '', THREE = ''] = ACCOUNTS;
/** Later than anybody uses an earlier route. */
const LATER_MS = 300_000;

const groupTo = (name: string) => [orders(GROUP.map((account) => ({ account, function: name })))];
const told = ({ outcomes }: RolledOut) =>
  outcomes.map(({ phase, stack, outcome }) => `${phase} ${stack.replace('xacct-', '')} ${outcome}`);
const failing =
  (...accounts: string[]) =>
  ({ account }: { account: string }) =>
    accounts.includes(account) && 'at once';
const arn = (account: string, name: string) => `arn:aws:lambda:us-west-2:${account}:function:${name}`;

describe('a function of a group of five accounts that gets another name, while one of them fails', () => {
  test('is denied nothing in phases', async () => {
    const watched = startWorld();
    await deployInWorld(watched, groupTo('reader'));
    watched.world.pass(LATER_MS);
    const renamed = await deployInWorld(watched, groupTo('reader-v2'), { fails: failing('222222222225') });
    expect(watched.moments.denied).toEqual([]);
    expect(told(renamed)).toEqual([
      'expand target-222222222221 deployed',
      'expand target-222222222222 deployed',
      'expand target-222222222223 deployed',
      'expand target-222222222224 deployed',
      'expand target-222222222225 failed',
      'switch route-orders deployed',
      'contract target-222222222221 deployed',
      'contract target-222222222222 deployed',
      'contract target-222222222223 deployed',
      'contract target-222222222224 deployed',
    ]);
    expect(renamed.late).toEqual([
      {
        route: 'orders',
        account: '222222222225',
        waiting: [arn('222222222225', 'reader-v2')],
        kept: [arn('222222222225', 'reader')],
      },
    ]);
    await deployInWorld(watched, groupTo('reader-v2'));
    expect(watched.moments.denied).toEqual([]);
    expect(differences(watched.world, groupTo('reader-v2'))).toEqual([]);
  });

  test('is denied all of the four accounts that did not fail without phases', async () => {
    const watched = startWorld();
    await deployAtOnce(watched, groupTo('reader'));
    watched.world.pass(LATER_MS);
    await deployAtOnce(watched, groupTo('reader-v2'), ({ account }) => account === '222222222225');
    expect([...new Set(watched.moments.denied)]).toEqual(
      ACCOUNTS.map((account) => `default: lambda:InvokeFunction ${arn(account, 'reader')}`),
    );
  });
});

describe('rollOut', () => {
  test('adds a route without another phase and without waiting', async () => {
    const watched = startWorld();
    await deployInWorld(watched, FIRST);
    const { world } = watched;
    const before = world.now();
    const added = await deployInWorld(watched, [
      ...FIRST,
      { ...orders(FIRST[0]?.targets ?? []), name: 'items', stream: 'items' },
    ]);
    expect(told(added)).toEqual([
      'expand forwarder-default deployed',
      'expand target-222222222221 deployed',
      'expand target-222222222222 deployed',
      'expand target-222222222223 deployed',
      'switch route-items deployed',
    ]);
    expect(world.now() - before).toBe(added.outcomes.length * 5_000);
  });

  test('leaves to the next deployment what it does not wait for, which takes it away at once when it is time', async () => {
    const watched = startWorld();
    const [before, after] = [
      [orders([{ account: ONE, function: 'reader' }])],
      [orders([{ account: ONE, function: 'ledger' }])],
    ];
    await deployInWorld(watched, before);
    watched.world.pass(LATER_MS);
    const { toContract } = await deployInWorld(watched, after, { waits: false });
    expect(toContract).toEqual({ stacks: [`xacct-target-${ONE}`], afterMs: 120_000 });
    const tooSoon = await deployInWorld(watched, after, { waits: false });
    expect([told(tooSoon), tooSoon.toContract]).toEqual([
      [],
      { stacks: [`xacct-target-${ONE}`], afterMs: 120_000 },
    ]);
    watched.world.pass(120_000);
    expect(told(await deployInWorld(watched, after, { waits: false }))).toEqual([
      `expand target-${ONE} deployed`,
    ]);
    expect(differences(watched.world, after)).toEqual([]);
  });

  test('keeps the account that a target leaves until the one that it moves to is ready', async () => {
    const watched = startWorld();
    const to = (account: string) => [
      orders([
        { account: ONE, function: 'archive' },
        { account, function: 'reader' },
      ]),
    ];
    await deployInWorld(watched, to(TWO));
    const { late } = await deployInWorld(watched, to(THREE), { fails: failing(THREE) });
    expect(late).toEqual([
      { route: 'orders', account: THREE, waiting: [arn(THREE, 'reader')], kept: [arn(TWO, 'reader')] },
    ]);
    expect(storedIn(watched.world.stacks())).toEqual([arn(ONE, 'archive'), arn(TWO, 'reader')]);
    await deployInWorld(watched, to(THREE));
    expect(storedIn(watched.world.stacks())).toEqual([arn(ONE, 'archive'), arn(THREE, 'reader')]);
    expect(watched.moments.denied).toEqual([]);
  });

  test('grows a group without an account that fails, and makes no new route without one', async () => {
    const watched = startWorld();
    const to = (...accounts: string[]) =>
      orders(accounts.map((account) => ({ account, function: 'reader' })));
    await deployInWorld(watched, [to(ONE)]);
    const items = { ...to(TWO), name: 'items', stream: 'items' };
    const grown = await deployInWorld(watched, [to(ONE, TWO, THREE), items], { fails: failing(TWO) });
    expect(storedIn(watched.world.stacks())).toEqual([arn(ONE, 'reader'), arn(THREE, 'reader')]);
    expect(grown.outcomes).toContainEqual(
      expect.objectContaining({
        stack: 'xacct-route-items',
        outcome: 'skipped',
        reason: `needs xacct-target-${TWO}`,
      }),
    );
  });

  test('moves a route to another forwarder only where all of its accounts let that in', async () => {
    const watched = startWorld();
    const by = (forwarder: string) => [
      orders(
        [ONE, TWO].map((account) => ({ account, function: 'reader' })),
        { forwarder },
      ),
    ];
    await deployInWorld(watched, by('default'));
    const moved = await deployInWorld(watched, by('isolated'), { fails: failing(TWO) });
    expect(moved.outcomes.at(-1)).toMatchObject({
      stack: 'xacct-route-orders',
      outcome: 'skipped',
      reason: `needs xacct-target-${TWO}-isolated`,
    });
    await deployInWorld(watched, by('isolated'));
    expect([watched.moments.denied, differences(watched.world, by('isolated'))]).toEqual([[], []]);
  });

  test('has a route of another name wait until the one before it has let its stream go', async () => {
    const watched = startWorld();
    const named = (name: string) => [orders([{ account: ONE, function: 'reader' }], { name })];
    await deployInWorld(watched, named('orders'));
    const renamed = await deployInWorld(watched, named('sales'));
    expect(renamed.outcomes.at(-1)).toMatchObject({
      outcome: 'skipped',
      reason: 'route "orders", which the file no longer has, reads its stream. First: xacct destroy orders',
    });
    destroyRemoved(watched.world, named('sales'));
    await deployInWorld(watched, named('sales'));
    expect([watched.moments.denied, differences(watched.world, named('sales'))]).toEqual([[], []]);
  });

  test('lets a stream go to another route in one deployment, but not two streams to each other', async () => {
    const watched = startWorld();
    const [a, b] = [
      orders([{ account: ONE, function: 'reader' }]),
      { ...orders([{ account: ONE, function: 'reader' }]), name: 'items', stream: 'items' },
    ];
    await deployInWorld(watched, [a, b]);
    const moved = [
      { ...a, stream: 'orders-v2' },
      { ...b, stream: 'orders' },
    ];
    await deployInWorld(watched, moved);
    expect(differences(watched.world, moved)).toEqual([]);
    const swapped = await deployInWorld(watched, [
      { ...a, stream: 'orders' },
      { ...b, stream: 'orders-v2' },
    ]);
    const skipped = swapped.outcomes.filter(({ outcome }) => outcome === 'skipped');
    expect(skipped.map(({ stack, reason }) => [stack, reason])).toEqual([
      ['xacct-route-orders', 'route "items" has its stream, and waits for another one itself'],
      ['xacct-route-items', 'route "orders" has its stream, and waits for another one itself'],
    ]);
  });

  test('begins nothing more once it is interrupted, and takes nothing away', async () => {
    const watched = startWorld();
    await deployInWorld(watched, groupTo('reader'));
    watched.world.pass(LATER_MS);
    const interrupted = await deployInWorld(watched, groupTo('reader-v2'), { interruptedAt: 2 });
    expect(told(interrupted)).toEqual([
      'expand target-222222222221 deployed',
      'expand target-222222222222 deployed',
      'expand target-222222222223 skipped',
      'expand target-222222222224 skipped',
      'expand target-222222222225 skipped',
      'switch route-orders skipped',
    ]);
    expect(watched.moments.denied).toEqual([]);
  });

  test('waits before it deploys to an account that cannot be read, while earlier routes may be in use', async () => {
    const watched = startWorld();
    const to = (name: string) => [orders([{ account: ONE, function: name }])];
    await deployInWorld(watched, to('reader'));
    watched.world.pass(LATER_MS);
    await deployInWorld(watched, to('reader-v2'), { waits: false });
    const unread = { unreadable: [ONE], waits: false };
    const { outcomes } = await deployInWorld(watched, to('reader-v3'), unread);
    expect(outcomes[0]).toMatchObject({
      stack: `xacct-target-${ONE}`,
      outcome: 'skipped',
      reason: expect.stringContaining('120 s'),
    });
    await deployInWorld(watched, to('reader-v3'), { unreadable: [ONE] });
    expect([watched.moments.denied, differences(watched.world, to('reader-v3'))]).toEqual([[], []]);
  });
});

/** The functions that the first route goes to. */
function storedIn(
  stacks: readonly {
    template: {
      Resources?: Readonly<Record<string, { Type: string; Properties?: Readonly<Record<string, unknown>> }>>;
    };
  }[],
): string[] {
  const values = stacks.flatMap(({ template }) =>
    Object.values(template.Resources ?? {})
      .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
      .map(({ Properties }) => String(Properties?.Value)),
  );
  return decodeRoute(values.slice(0, 1))
    .targets.map(({ functionArn }) => functionArn)
    .toSorted();
}

/** A deployment after some edits, and what goes wrong with it. */
