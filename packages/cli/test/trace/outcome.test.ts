import { type ParkedRecords, parseRoutes, type RoutedTarget } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { outcomeOf, type Searched } from '../../src/trace/outcome.ts';
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

const record = {
  ...{ shardId: 'shardId-000000000000', sequenceNumber: '7', partitionKey: 'a', arrivedAt: 0 },
  data: Buffer.from('{"type":"order"}'),
};
const parked = (failure: string, target = TARGET.functionArn): ParkedRecords => ({
  ...{ route: 'orders', streamArn: 's', target, shardId: 'shardId-000000000000', failure, reason: 'why' },
  ...{
    firstSequenceNumber: '7',
    lastSequenceNumber: '7',
    attempts: 2,
    parkedAt: 'then',
    count: 1,
    records: [],
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
  ...{ route: ROUTE, record, retryQueue: queue(), deadLetterQueue: queue(), bucket, failures: new Map() },
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
    [
      'a record that its filter does not match',
      { record: { ...record, data: Buffer.from('{"type":"x"}') } },
      'filtered',
      true,
    ],
    [
      'a record of which parts cannot be read',
      { route: { ...ROUTE, deaggregate: true }, record: { ...record, data: Buffer.from('x') } },
      'delivered',
      false,
    ],
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
    expect(outcomeOf(TARGET, searched(more))).toMatchObject({ outcome, isKnown });
  });

  test('has what the message says, and without the records', () => {
    expect(outcomeOf(TARGET, searched({ deadLetterQueue: queue([parked('denied')]) })).parked).toEqual({
      ...{ failure: 'denied', reason: 'why', attempts: 2, parkedAt: 'then' },
    });
  });
});
