import { describe, expect, test } from 'vitest';
import type { StreamRecord } from '../../src/records/stream-event.ts';
import { createShardBatch, longestRun } from '../../src/stream/shard-batch.ts';
import { items, kinesisRecord, kinesisRecords, streamArn } from '../factories.ts';
import { aggregateByLibrary } from '../kpl.ts';

function aggregate(sequenceNumber: string, keys: readonly string[], partitionKey = 'parent') {
  const record = kinesisRecord({ sequenceNumber, partitionKey });
  const data = aggregateByLibrary(
    keys.map((key) => ({ partitionKey: key, data: Buffer.from('data of it') })),
  );
  record.kinesis.data = data.toString('base64');
  return record;
}

function tableRecord(SequenceNumber: string, id: string): StreamRecord {
  return { eventSourceARN: streamArn, eventID: 'a:b', dynamodb: { SequenceNumber, Keys: { id: { S: id } } } };
}

function batchOf(records: readonly StreamRecord[], deaggregate = false) {
  return createShardBatch(records, { streamArn, deaggregate });
}

const at = (sequenceNumber: string, part = 0) => ({ sequenceNumber, part });

describe('createShardBatch', () => {
  test('holds the records in order, with the shard and the stream that they come from', () => {
    const records = kinesisRecords(3);
    const batch = batchOf(records);

    expect(batch.items.map(({ record }) => record)).toEqual(records);
    expect([batch.streamArn, batch.shardId]).toEqual([streamArn, 'shardId-000000000000']);
  });

  test('shares one shipment of all items, whose payloads are kept', () => {
    const batch = batchOf(kinesisRecords(3));
    const [chunk] = batch.shipment.chunks(1_000_000);

    expect(batch.shipment.items).toBe(batch.items);
    expect(chunk?.count).toBe(3);
    expect(chunk?.payload()).toBe(chunk?.payload());
  });

  test('is without a shard for a DynamoDB stream and for no records', () => {
    expect(batchOf([tableRecord('7', 'x')]).shardId).toBe('');
    expect(batchOf([])).toMatchObject({ shardId: '', items: [] });
  });

  test('leaves aggregated records as they are by default', () => {
    const record = aggregate('5', ['a', 'b']);

    expect(batchOf([record]).items.map((item) => item.record)).toEqual([record]);
  });

  test('takes aggregated records apart where the option asks for it', () => {
    const batch = batchOf([kinesisRecord({ sequenceNumber: '4' }), aggregate('5', ['a', 'b'])], true);

    expect(batch.items.map(({ record }) => record.kinesis?.partitionKey)).toEqual(['key', 'a', 'b']);
    expect(batch.items.map(batch.positionOf)).toEqual([at('4'), at('5', 0), at('5', 1)]);
  });

  test('orders items by the key of the record that the stream had', () => {
    const records = [
      kinesisRecord({ sequenceNumber: '4', partitionKey: 'x' }),
      aggregate('5', ['a', 'b'], 'parent'),
      kinesisRecord({ sequenceNumber: '6', partitionKey: 'y' }),
    ];
    const batch = batchOf(records, true);

    expect(batch.items.map(batch.orderingKeyOf)).toEqual(['x', 'parent', 'parent', 'y']);
    const [foreign] = items([kinesisRecord({ sequenceNumber: '99' })]);
    expect(foreign && batch.orderingKeyOf(foreign)).toBe('');
  });

  test("orders the items of a DynamoDB stream by their item's key", () => {
    const batch = batchOf([tableRecord('7', 'x'), tableRecord('8', 'y')]);

    expect(batch.items.map(batch.orderingKeyOf)).toEqual(['{"id":{"S":"x"}}', '{"id":{"S":"y"}}']);
    expect(batch.items.map(batch.positionOf)).toEqual([at('7'), at('8')]);
  });

  describe('the place of its items', () => {
    const records = [
      kinesisRecord({ sequenceNumber: '4', partitionKey: 'x' }),
      aggregate('5', ['a', 'b'], 'parent'),
      kinesisRecord({ sequenceNumber: '6', partitionKey: 'y' }),
      kinesisRecord({ sequenceNumber: '7', partitionKey: 'parent' }),
    ];
    const shard = `${streamArn} shardId-000000000000 true`;

    test('goes from the first to the last', () => {
      const place = batchOf(records, true).placeFrom(0);

      expect(place).toEqual({
        shard,
        first: at('4'),
        last: at('7'),
        orderingKeys: new Set(['x', 'parent', 'y']),
      });
    });

    test('begins at the item that is asked for, with its key first', () => {
      const place = batchOf(records, true).placeFrom(2);

      expect(place).toMatchObject({ shard, first: at('5', 1), last: at('7') });
      expect([...place.orderingKeys]).toEqual(['parent', 'y']);
    });

    test('is nowhere behind the last item', () => {
      expect(batchOf(records, true).placeFrom(5)).toEqual({
        shard,
        first: at(''),
        last: at(''),
        orderingKeys: new Set(),
      });
    });

    test('names the stream of a table without a shard', () => {
      expect(batchOf([tableRecord('7', 'x')]).placeFrom(0).shard).toBe(`${streamArn}  false`);
    });

    test('is another one where records are not taken apart', () => {
      expect(batchOf(records, false).placeFrom(0).shard).not.toBe(shard);
    });
  });
});

describe('upTo', () => {
  test('leaves out the item and those after it', () => {
    const batch = batchOf(kinesisRecords(4));
    const part = batch.upTo(2);

    expect(part.items).toEqual(batch.items.slice(0, 2));
    expect(part.shipment.items).toBe(part.items);
    expect(part.placeFrom(1)).toMatchObject({ first: at('2'), last: at('2') });
    expect([part.shardId, part.streamArn]).toEqual([batch.shardId, batch.streamArn]);
  });

  test('is the batch itself where nothing is left out', () => {
    const batch = batchOf(kinesisRecords(4));

    expect(batch.upTo(4)).toBe(batch);
  });
});

describe('longestRun', () => {
  const run = (had: string) =>
    longestRun(items(kinesisRecords(8)), (item) => had.includes(item.sequenceNumber));

  test.for([
    ['12345678', '1', '8'],
    ['3', '3', '3'],
    ['1245678', '4', '8'],
    ['1234678', '1', '4'],
    ['13568', '5', '6'],
    ['78', '7', '8'],
  ] as const)('of the records %s goes from %s to %s', ([had, from, to]) => {
    expect(run(had)).toEqual({ from: at(from), to: at(to) });
  });

  test('is the first of two that are as long', () => {
    expect(run('1256')).toEqual({ from: at('1'), to: at('2') });
  });

  test('is none where a target has no item', () => {
    expect(run('')).toBeUndefined();
    expect(longestRun([], () => true)).toBeUndefined();
  });

  test('ends within a record that was taken apart', () => {
    const batch = batchOf([aggregate('5', ['a', 'b', 'c'])], true);

    expect(longestRun(batch.items, (item) => batch.positionOf(item).part < 2)).toEqual({
      from: at('5', 0),
      to: at('5', 1),
    });
  });
});
