import { type ParkedRecords, parseRoutes, type Route, type RoutedTarget } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { outcomeOf, type Searched } from '../../src/trace/outcome.ts';
import type { Part } from '../../src/trace/traced-record.ts';
import { routesYaml } from '../xacct.ts';

const [ROUTE] =
  parseRoutes(
    routesYaml(`  - stream: orders
    targets:
      - account: analytics
        function: reader
        replaces: [old]
        filter: { data: { type: [order] } }
`),
  ).routes?.routes ?? [];
if (ROUTE === undefined) throw new Error('no route');
const [TARGET] = ROUTE.targets as [RoutedTarget];

const partOf = (data: string, index?: number): Part => {
  const kinesis = {
    ...{ sequenceNumber: '7', partitionKey: 'a', data: Buffer.from(data).toString('base64') },
    ...(index !== undefined && { subSequenceNumber: index }),
  };
  const event = { eventSourceARN: ROUTE.stream.arn, eventID: 'shardId-000000000000:7', kinesis };
  return { index, partitionKey: 'a', event };
};
const ORDER = '{"type":"order"}';
const parked = (failure: string, target = TARGET.functionArn, part = partOf(ORDER)): ParkedRecords => ({
  ...{ route: 'orders', streamArn: 's', target, shardId: 'shardId-000000000000', failure, reason: 'why' },
  ...{
    firstSequenceNumber: '7',
    lastSequenceNumber: '7',
    attempts: 2,
    parkedAt: 'then',
    count: 1,
    records: [part.event],
  },
});
const queue = (found: ParkedRecords[] = [], others = 0) => ({
  queue: 'q',
  found,
  lookedAt: found.length,
  others,
});
const bucket = { paused: [], parked: [], givenUp: undefined, lookedAt: 0, others: 0 };
const searched = (more: Partial<Searched> = {}): Searched => ({
  ...{ route: ROUTE, position: { sequenceNumber: '7', shardId: 'shardId-000000000000' } },
  ...{ retryQueue: queue(), deadLetterQueue: queue(), bucket, failures: new Map() },
  reader: { state: 'past', at: 'noon' },
  ...more,
});
const line = { at: 'one', class: 'denied', reason: 'no', records: 1 };
const failing = new Map([[TARGET.functionArn, line]]);
const silent = new Map([[TARGET.functionArn, 'AccessDenied: no']]);

describe('outcomeOf', () => {
  test.each<[string, Partial<Searched>, string, boolean]>([
    ['the retry queue', { retryQueue: queue([parked('denied')]) }, 'waits', true],
    [
      'the retry queue, for a target that this one replaces',
      { retryQueue: queue([parked('denied', TARGET.replaces?.[0])]) },
      'waits',
      true,
    ],
    ['the dead-letter queue', { deadLetterQueue: queue([parked('denied')]) }, 'dead-letter', true],
    [
      'what is kept for a paused target',
      { bucket: { ...bucket, paused: [parked('paused')] } },
      'paused',
      true,
    ],
    [
      'what no invocation can carry',
      { bucket: { ...bucket, parked: [parked('too-large')] } },
      'failure-bucket',
      true,
    ],
    [
      'a batch that was given up',
      { bucket: { ...bucket, givenUp: { key: 'k', condition: 'c', timestamp: 't' } } },
      'failure-bucket',
      false,
    ],
    ['a message of another target', { retryQueue: queue([parked('denied', 'other')]) }, 'delivered', false],
    ['a route that is not enabled', { route: { ...ROUTE, enabled: false } }, 'not-read', false],
    [
      'a record that the reader has not come to',
      { reader: { state: 'before', at: 'noon' } },
      'not-read',
      false,
    ],
    ['nothing', {}, 'delivered', false],
    ['nothing, while the reader is unknown', { reader: { state: 'unknown', why: 'late' } }, 'unknown', false],
    [
      'nothing in a part of the queue, while the target fails',
      { retryQueue: queue([], 3), failures: failing },
      'waits',
      false,
    ],
    ['nothing in all of the queue, although the target fails', { failures: failing }, 'delivered', false],
    [
      'nothing in a part of the queue, while the target does not fail',
      { retryQueue: queue([], 3) },
      'delivered',
      false,
    ],
    [
      'nothing in a part of the queue, without the log',
      { retryQueue: queue([], 3), failures: silent },
      'unknown',
      false,
    ],
  ])('of %s', (_, more, outcome, isKnown) => {
    expect(outcomeOf(TARGET, searched(more), partOf(ORDER))).toMatchObject({ outcome, isKnown });
  });

  const ofType = (type: string) => ({ ...ROUTE, filters: [{ data: { type: [type] } }] });
  const fromTable = (eventName: string): Part => ({
    ...{ index: undefined, partitionKey: '1' },
    event: { eventSourceARN: 'table', eventName, dynamodb: { SequenceNumber: '7' } } as Part['event'],
  });
  test.each<[string, RoutedTarget, Route, Part, string]>([
    ['the filter of its target', TARGET, ROUTE, partOf('{"type":"x"}'), 'the filter of the target'],
    ['the filter of its route', TARGET, ofType('x'), partOf(ORDER), 'the filter of the route'],
    ['a filter, since it is no JSON', TARGET, ROUTE, partOf('x'), 'the filter of the target'],
    ['a filter of a user record', TARGET, ROUTE, partOf('{"type":"x"}', 1), 'the filter of the target'],
    [
      'the filter of a route with enhanced fan-out, for a user record',
      ...([TARGET, { ...ofType('x'), enhancedFanOut: true }, partOf(ORDER, 1)] as const),
      'the filter of the route',
    ],
    [
      'a filter of a change of an item',
      { ...TARGET, filter: { eventName: ['REMOVE'] } },
      { ...ROUTE, stream: { service: 'dynamodb', name: 'table', arn: 'table' } },
      fromTable('INSERT'),
      'the filter of the target',
    ],
  ])('finds that a record is kept away by %s', (_, target, route, part, filter) => {
    const detail = `${filter}, as the file has it, does not match it`;
    expect(outcomeOf(target, searched({ route }), part)).toMatchObject({ outcome: 'filtered', detail });
  });

  test('knows that Lambda does not filter aggregated records that it reads without enhanced fan-out', () => {
    const route = { ...ofType('x'), deaggregate: true };
    expect(outcomeOf(TARGET, searched({ route }), partOf(ORDER, 0)).outcome).toBe('delivered');
  });

  test('looks for the user record, not for any of the same aggregated record', () => {
    const retryQueue = queue([parked('denied', TARGET.functionArn, partOf(ORDER, 1))]);
    expect(outcomeOf(TARGET, searched({ retryQueue }), partOf(ORDER, 1)).outcome).toBe('waits');
    expect(outcomeOf(TARGET, searched({ retryQueue }), partOf(ORDER, 0)).outcome).toBe('delivered');
  });

  test('finds a user record in a message with the aggregated record as it is', () => {
    const deadLetterQueue = queue([parked('denied')]);
    expect(outcomeOf(TARGET, searched({ deadLetterQueue }), partOf(ORDER, 1)).outcome).toBe('dead-letter');
  });

  test('has what the message says, and without the records', () => {
    expect(
      outcomeOf(TARGET, searched({ deadLetterQueue: queue([parked('denied')]) }), undefined).parked,
    ).toEqual({
      ...{ failure: 'denied', reason: 'why', attempts: 2, parkedAt: 'then' },
    });
  });
});
