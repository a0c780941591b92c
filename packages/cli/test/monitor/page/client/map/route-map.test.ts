import { describe, expect, test } from 'vitest';
import { flowsOf } from '../../../../../src/monitor/page/client/flows.ts';
import { routeMapOf } from '../../../../../src/monitor/page/client/map/route-map.ts';
import type { Selection } from '../../../../../src/monitor/page/client/selection.ts';
import type { Status } from '../../../../../src/monitor/status.ts';
import { route, statusOf, target } from '../../../statuses.ts';
import { DENIED, manyTargets } from '../../many-targets.ts';

const ALL: Selection = { kind: 'all' };
const mapOf = (status: Status, selection: Selection = ALL) => routeMapOf(flowsOf(status), selection);
const named = (nodes: readonly { name: string; note: string; tone: string }[]) =>
  nodes.map(({ name, note, tone }) => `${name}: ${note} (${tone})`);
const functionsIn = ({ accounts }: ReturnType<typeof mapOf>) =>
  named(accounts.flatMap(({ functions }) => functions));

describe('the map', () => {
  test('shows all of a few, with what is counted', () => {
    const map = mapOf(statusOf([route('orders'), route('refunds', { stream: 'refunds-v2' })]));
    expect(named(map.streams)).toEqual(['orders: 150 in (well)', 'refunds: 150 in · refunds-v2 (well)']);
    expect(named(map.forwarders)).toEqual(['default: 2 routes (well)']);
    expect(named(map.accounts)).toEqual(['222222222222: 2 functions (well)']);
    expect(functionsIn(map)).toEqual([
      'reader: 150 delivered · of orders (well)',
      'reader: 150 delivered · of refunds (well)',
    ]);
    expect(map.edges.map(({ from, to, tone }) => `${from} → ${to}: ${tone}`)).toEqual([
      'stream orders → forwarder default: well',
      'forwarder default → account 222222222222: well',
      expect.stringMatching(/^account 222222222222 → function orders arn:.*:reader: well$/),
      'stream refunds → forwarder default: well',
      expect.stringMatching(/^account 222222222222 → function refunds arn:.*:reader: well$/),
    ]);
  });

  test('opens the one that is broken in 300, and folds the others into counts', () => {
    const map = mapOf(manyTargets({ 'reader-17-3': DENIED }));
    expect(named(map.streams)).toEqual([
      'stream-17: denied · 12 waiting (broken)',
      '29 more streams: all well (well)',
    ]);
    expect(named(map.accounts)).toEqual([
      'team2: 1 denied of 8 functions (broken)',
      '39 more accounts: 292 functions, all well (well)',
    ]);
    expect(functionsIn(map)).toEqual(['reader-17-3: denied · of stream-17 (broken)']);
    expect(map.summary).toBe('30 routes, 40 accounts, 300 functions');
    expect(map.edges.filter(({ tone }) => tone !== 'well').map(({ from, tone }) => [from, tone])).toEqual([
      ['stream stream-17', 'waiting'],
      ['forwarder default', 'broken'],
      ['account 222222222202', 'broken'],
    ]);
  });

  test('folds 300 of which nothing is the matter into one line', () => {
    const map = mapOf(manyTargets());
    expect(named(map.streams)).toEqual(['30 streams: all well (well)']);
    expect(named(map.accounts)).toEqual(['40 accounts: 300 functions, all well (well)']);
    expect(map.edges).toHaveLength(2);
  });

  test('remains readable where everything is broken, and says how much of it is folded', () => {
    const all = manyTargets().routes.flatMap(({ targets }) => targets);
    const names = all.map(({ target: arn }) => arn.split(':').at(-1) ?? '');
    const map = mapOf(manyTargets(Object.fromEntries(names.map((name) => [name, DENIED]))));
    expect(map.streams).toHaveLength(13);
    expect(named(map.streams).at(-1)).toBe('18 more streams: 18 with trouble (broken)');
    expect(map.accounts).toHaveLength(13);
    expect(functionsIn(map)).toHaveLength(16);
  });

  test.each<[string, Selection, number, number, number]>([
    ['a route', { kind: 'route', route: 'stream-3' }, 2, 11, 10],
    [
      'a target',
      {
        kind: 'target',
        route: 'stream-3',
        target: 'arn:aws:lambda:us-west-2:222222222221:function:reader-3-0',
      },
      ...([2, 2, 1] as const),
    ],
    ['an account', { kind: 'account', account: '222222222221' }, 8, 2, 7],
    ['a forwarder', { kind: 'forwarder', forwarder: 'default' }, 1, 1, 0],
    ['the folded accounts', { kind: 'rest', of: 'accounts' }, 1, 40, 0],
    ['the folded streams', { kind: 'rest', of: 'streams' }, 30, 1, 0],
  ])('opens %s that is selected, and lights the way to it', (_, selection, streams, accounts, functions) => {
    const map = mapOf(manyTargets(), selection);
    expect([map.streams.length, map.accounts.length, functionsIn(map).length]).toEqual([
      streams,
      accounts,
      functions,
    ]);
    const marked = [
      ...map.streams,
      ...map.forwarders,
      ...map.accounts,
      ...map.accounts.flatMap((one) => one.functions),
    ];
    expect(marked.filter(({ isSelected }) => isSelected)).toHaveLength(selection.kind === 'rest' ? 0 : 1);
    const lit = map.edges.filter(({ isLit }) => isLit);
    expect(lit.length > 0).toBe(selection.kind !== 'rest');
  });

  test.each([
    ['denied', ['denied'], 'broken', 'broken'],
    ['failing: its account lets the forwarder in', ['failing'], 'waiting', 'broken'],
    ['waiting', ['waiting'], 'waiting', 'waiting'],
    ['paused', ['paused'], 'paused', 'paused'],
    ['quiet', ['quiet'], 'quiet', 'quiet'],
  ] as const)('draws the lines to a target that is %s', (_, states, toAccount, toFunction) => {
    const { edges } = mapOf(statusOf([route('orders', { targets: [target('a', { states: [...states] })] })]));
    expect(edges.slice(1).map(({ tone }) => tone)).toEqual([toAccount, toFunction]);
  });

  test('draws what is paused in an account only where nothing else goes there', () => {
    const targets = [target('a'), target('b', { states: ['paused'] })];
    const { edges, accounts } = mapOf(statusOf([route('orders', { targets })]));
    expect(edges.map(({ tone }) => tone)).toEqual(['well', 'well', 'well', 'paused']);
    expect(named(accounts)).toEqual(['222222222222: 1 paused of 2 functions (well)']);
  });

  test.each([
    [
      'is not read as it should be',
      { states: ['alarm'], alarms: [{ watched: 'not-reading', since: null }] },
      'broken',
    ],
    [
      'is read, while its forwarder fails with all of a batch',
      { states: ['failing'], batchFailure: { at: '2026-11-26T03:14:00.000Z', reason: 'denied' } },
      'broken',
    ],
    ['has another alarm', { states: ['alarm'], alarms: [{ watched: 'parked', since: null }] }, 'waiting'],
    ['has records that wait', { states: ['waiting'] }, 'waiting'],
    ['is off', { states: ['off'], enabled: false }, 'off'],
    ['is quiet', { states: ['quiet'] }, 'quiet'],
  ] satisfies [string, Parameters<typeof route>[1], string][])(
    'draws the line from a stream that %s',
    (_, some, tone) => {
      const { edges } = mapOf(statusOf([route('orders', some)]));
      expect(edges[0]?.tone).toBe(tone);
    },
  );

  test('draws all lines of a route that is off in grey', () => {
    const { edges } = mapOf(statusOf([route('orders', { states: ['off'], enabled: false })]));
    expect(edges.map(({ tone }) => tone)).toEqual(['off', 'off', 'off']);
  });

  test('shows the alarms of a forwarder', () => {
    const map = routeMapOf(
      flowsOf(statusOf([route('orders')])),
      ALL,
      new Map([['default', ['errors', 'throttles']]]),
    );
    expect(named(map.forwarders)).toEqual(['default: 2 alarms · 1 route (broken)']);
  });
});
