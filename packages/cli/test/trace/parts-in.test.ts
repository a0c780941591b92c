import { type ParkedRecords, parseRoutes, type RoutedTarget } from '@xacct/core';
import { RecordAggregator } from 'aws-kinesis-agg';
import { describe, expect, test } from 'vitest';
import type { Searched } from '../../src/trace/outcome.ts';
import { outcomesOf, partsFound, wantedParts } from '../../src/trace/parts-in.ts';
import { type Part, partsOf, type TracedRecord } from '../../src/trace/traced-record.ts';
import { routesYaml } from '../xacct.ts';

const [ROUTE] =
  parseRoutes(
    routesYaml(`  - stream: orders
    deaggregate: true
    targets: [{ account: analytics, function: reader }]
`),
  ).routes?.routes ?? [];
if (ROUTE === undefined) throw new Error('no route');
const [TARGET] = ROUTE.targets as [RoutedTarget];
const POSITION = { sequenceNumber: '7', shardId: 'shardId-000000000000' };

/** An aggregated record with a user record for each key, or with a key of its own and other data. */
function recordOf(...keys: string[]): TracedRecord {
  const aggregator = new RecordAggregator();
  for (const partitionKey of keys) aggregator.addUserRecord({ partitionKey, data: Buffer.from('{}') });
  const data = keys.length === 0 ? Buffer.from('{}') : aggregator.build().data;
  const kinesis = { sequenceNumber: '7', partitionKey: 'parent', data: data.toString('base64') };
  return {
    ...{ ...POSITION, partitionKey: 'parent', arrivedAt: 0, bytes: data.length, data },
    event: { eventSourceARN: ROUTE?.stream.arn ?? '', eventID: 'shardId-000000000000:7', kinesis },
  };
}

const parts = (record: TracedRecord, takesApart = true) =>
  wantedParts(record, { takesApart, partitionKey: undefined });
const summary = (some: readonly Part[]) => some.map(({ index, partitionKey }) => [index, partitionKey]);
const parked = (records: object[], failure = 'denied'): ParkedRecords => ({
  ...{ route: 'orders', streamArn: 's', target: TARGET.functionArn, shardId: POSITION.shardId, failure },
  ...{ firstSequenceNumber: '7', lastSequenceNumber: '7', attempts: 1, reason: 'no', parkedAt: 'then' },
  ...{ count: records.length, records },
});

function searchedWith(retries: ParkedRecords[], dead: ParkedRecords[] = []): Searched {
  const queue = (found: ParkedRecords[]) => ({ queue: 'q', found, lookedAt: found.length, others: 0 });
  return {
    ...{ route: ROUTE as NonNullable<typeof ROUTE>, position: POSITION, failures: new Map() },
    ...{ retryQueue: queue(retries), deadLetterQueue: queue(dead) },
    bucket: { paused: [], parked: [], givenUp: undefined, lookedAt: 0, others: 0 },
    reader: { state: 'past', at: 'noon' },
  };
}

describe('wantedParts', () => {
  test('are the user records of an aggregated record, where the route takes it apart', () => {
    expect(summary(parts(recordOf('a', 'b', 'a')))).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'a'],
    ]);
    expect(summary(parts(recordOf('a', 'b'), false))).toEqual([[undefined, 'parent']]);
    expect(summary(parts(recordOf()))).toEqual([[undefined, 'parent']]);
  });

  test('are only those with the key that is asked for, or all where none has it', () => {
    const ofKey = (partitionKey: string) =>
      summary(wantedParts(recordOf('a', 'b'), { takesApart: true, partitionKey }));

    expect(ofKey('b')).toEqual([[1, 'b']]);
    expect(ofKey('parent')).toHaveLength(2);
  });
});

describe('outcomesOf', () => {
  test('puts user records with the same outcome together', () => {
    const all = parts(recordOf('a', 'b', 'c', 'd'));
    const event = (index: number) => all[index]?.event ?? {};
    const searched = searchedWith([parked([event(0), event(2)])], [parked([event(3)])]);

    const found = outcomesOf(TARGET, searched, all);
    expect(found.map(({ parts: some, outcome }) => [some, outcome])).toEqual([
      [[0, 2], 'waits'],
      [[1], 'delivered'],
      [[3], 'dead-letter'],
    ]);
  });

  test('has no parts of a record that is not taken apart, or not there', () => {
    for (const some of [parts(recordOf()), []])
      expect(outcomesOf(TARGET, searchedWith([]), some)).toMatchObject([{ parts: undefined }]);
  });
});

describe('partsFound', () => {
  test('are those of messages and objects, each once and in order, and none of other records', () => {
    const [first, second] = partsOf(recordOf('a', 'b'), true).map(({ event }) => event);
    if (first === undefined || second === undefined) throw new Error('no parts');
    const other = { ...first, kinesis: { ...first.kinesis, sequenceNumber: '8', subSequenceNumber: 5 } };
    const found = [parked([second]), parked([first, second, other])];

    expect(summary(partsFound(found, POSITION))).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    expect(partsFound([parked([recordOf().event])], POSITION)).toEqual([]);
  });
});
