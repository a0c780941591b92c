import { encodeParkedRecords } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { lookInBucket } from '../../src/trace/look-in-bucket.ts';
import { batchKey, givenUpBatch } from '../bucket/given-up-batches.ts';

const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const SHARD = 'shardId-000000000000';
const text = (first: number, numbers: number[]) =>
  encodeParkedRecords(
    {
      ...{ route: 'orders', streamArn: 's', target: READER, shardId: SHARD, failure: 'paused', reason: 'r' },
      ...{ firstSequenceNumber: String(first), lastSequenceNumber: String(numbers.at(-1)) },
      ...{ attempts: 0, parkedAt: '2026-11-26T03:00:00.000Z' },
    },
    numbers.map((number) => JSON.stringify({ kinesis: { sequenceNumber: String(number) } })),
  );
const pausedKey = (first: number, shard = SHARD) =>
  `waiting/paused/orders/${READER}/2026-11-26T03:00:00.000Z-${shard}:${first}-2-0123456789abcdef.json`;

function bucketOf(objects: Record<string, string>) {
  const reads: string[] = [];
  return {
    reads,
    async *keys(prefix: string) {
      yield* Object.keys(objects)
        .filter((key) => key.startsWith(prefix))
        .sort();
    },
    async read(key: string) {
      reads.push(key);
      return objects[key];
    },
  };
}

describe('lookInBucket', () => {
  test('reads only objects that may hold the record, and finds those that do', async () => {
    const bucket = bucketOf({
      [pausedKey(5)]: text(5, [5, 7]),
      [pausedKey(6)]: text(6, [6, 8]),
      [pausedKey(8)]: text(8, [8, 9]),
      [pausedKey(5, 'shardId-000000000001')]: text(5, [5, 7]),
      [`parked/orders/${READER}/${SHARD}:7-1.json`]: text(7, [7]),
      [`parked/other/${READER}/${SHARD}:7-1.json`]: text(7, [7]),
    });
    const search = await lookInBucket(bucket, 'orders', { sequenceNumber: '7', shardId: SHARD }, undefined);
    expect(search.paused.map(({ firstSequenceNumber }) => firstSequenceNumber)).toEqual(['5']);
    expect(search.parked).toHaveLength(1);
    expect(bucket.reads).toEqual([pausedKey(5), pausedKey(6), `parked/orders/${READER}/${SHARD}:7-1.json`]);
    expect([search.lookedAt, search.others]).toEqual([3, 0]);
  });

  test('finds a record whose shard is not known', async () => {
    const bucket = bucketOf({ [pausedKey(5)]: text(5, [5, 7]) });
    const search = await lookInBucket(
      bucket,
      'orders',
      { sequenceNumber: '7', shardId: undefined },
      undefined,
    );
    expect(search.paused).toHaveLength(1);
  });

  test('finds a batch that was given up, and says why it was', async () => {
    const batch = givenUpBatch();
    const { payload, requestContext, timestamp } = JSON.parse(batch);
    const [{ kinesis }] = JSON.parse(payload).Records;
    const bucket = bucketOf({
      [batchKey('mapping-a', 1)]: batch,
      [batchKey('mapping-b', 1)]: 'something else',
    });
    const position = { sequenceNumber: kinesis.sequenceNumber, shardId: undefined };
    expect((await lookInBucket(bucket, 'orders', position, undefined)).givenUp).toEqual({
      ...{ key: batchKey('mapping-a', 1), condition: requestContext.condition, timestamp },
    });
    const later = Date.parse('2100-01-01T00:00:00Z');
    expect((await lookInBucket(bucket, 'orders', position, later)).lookedAt).toBe(0);
  });

  test('says how many objects it did not read', async () => {
    const objects = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [pausedKey(100 + index), text(100 + index, [100 + index])]),
    );
    const search = await lookInBucket(
      bucketOf(objects),
      'orders',
      { sequenceNumber: '159', shardId: SHARD },
      0,
    );
    expect([search.lookedAt, search.others, search.paused.length]).toEqual([50, 10, 1]);
  });
});
