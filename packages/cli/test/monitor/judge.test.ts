import { describe, expect, test } from 'vitest';
import { sortRoutes, sortTargets, statesOfRoute, statesOfTarget } from '../../src/monitor/judge.ts';
import type { RouteStatus, State } from '../../src/monitor/status.ts';
import { figures, route, target } from './statuses.ts';

const failure = (of: string) => ({ at: '2026-11-26T03:14:00.000Z', class: of, reason: 'no' });
const delivering = figures({ delivered: 1 });

describe('the states', () => {
  test.each<[string, Parameters<typeof statesOfTarget>, State[]]>([
    ['gets records', [target('a', { figures: delivering }), false], ['ok']],
    ['gets none', [target('a', { figures: figures() }), false], ['quiet']],
    ['is denied', [target('a', { figures: delivering, lastFailure: failure('denied') }), false], ['denied']],
    ['fails', [target('a', { figures: delivering, lastFailure: failure('throttled') }), false], ['failing']],
    ['has records parked', [target('a', { figures: figures({ parked: 1 }) }), false], ['failing']],
    ['has records failed', [target('a', { figures: figures({ failed: 1 }) }), false], ['failing']],
    ['has records that wait', [target('a', { waiting: 2 }), false], ['waiting']],
    ['has records that are dead', [target('a', { waiting: 2, dead: 1 }), false], ['dead', 'waiting']],
    ['is paused', [target('a', { figures: figures({ paused: 1 }) }), true], ['paused']],
    ['is not counted', [target('a', { figures: null }), false], ['uncounted']],
    [
      'fails, and is not counted',
      [target('a', { figures: null, lastFailure: failure('refused') }), false],
      ['failing'],
    ],
  ])('of a target that %s', (_, given, states) => {
    expect(statesOfTarget(...given)).toEqual(states);
  });

  const some = { messages: 12, records: null, oldestSeconds: 60 };
  test.each<[string, Partial<RouteStatus>, State[]]>([
    ['delivers', {}, ['ok']],
    ['has nothing to deliver', { figures: figures() }, ['quiet']],
    ['has messages that wait while nothing new comes', { figures: figures(), waiting: some }, ['waiting']],
    ['has dead letters', { dead: some, waiting: some }, ['dead', 'waiting']],
    ['is not read by its forwarder', { batchFailure: { at: '', reason: 'no' } }, ['failing']],
    ['is in alarm', { alarms: [{ watched: 'parked', since: null }] }, ['alarm']],
    ['has queues that cannot be read', { dead: null }, ['unknown']],
    ['has a target that is denied', { targets: [target('a', { states: ['denied'] })] }, ['denied']],
    ['has a target that is paused', { targets: [target('a', { states: ['paused'] })] }, ['paused']],
    ['is not read', { enabled: false, figures: figures() }, ['off']],
    ['has records that failed', { figures: figures({ failed: 1 }) }, ['failing']],
  ])('of a route that %s', (_, given, states) => {
    expect(statesOfRoute(route('orders', given))).toEqual(states);
  });
});

describe('the order', () => {
  test('has the worst routes first, and then follows the numbers in the names', () => {
    const routes = [
      route('stream-10'),
      route('stream-2', { states: ['quiet'] }),
      route('stream-30', { states: ['waiting'] }),
      route('stream-40', { states: ['dead', 'waiting'] }),
      route('stream-1', { states: ['paused'] }),
    ];
    expect(sortRoutes(routes).map(({ route }) => route)).toEqual([
      ...['stream-40', 'stream-30', 'stream-1', 'stream-2', 'stream-10'],
    ]);
  });

  test('has the worst targets first, and then follows the numbers in the names', () => {
    const targets = [target('f-10'), target('f-2'), target('f-30', { states: ['failing'] })];
    expect(sortTargets(targets).map(({ target }) => target.split(':').at(-1))).toEqual([
      'f-30',
      'f-2',
      'f-10',
    ]);
  });
});
