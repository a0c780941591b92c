import { describe, expect, test } from 'vitest';
import { createShardBatch, longestRun } from '../src/shard-batch.ts';
import { items, kinesisRecord, kinesisRecords, streamArn } from './factories.ts';

describe('createShardBatch', () => {
  test('names the shard, the records and what keeps them in order', () => {
    const records = ['a', 'b', 'a'].map((partitionKey, index) =>
      kinesisRecord({ sequenceNumber: String(index + 1), partitionKey }),
    );
    const batch = createShardBatch(records, { streamArn, deaggregate: false });

    expect(batch.shardId).toBe('shardId-000000000000');
    expect(batch.placeFrom(1)).toEqual({
      shard: `${streamArn} shardId-000000000000`,
      first: { sequenceNumber: '2', part: 0 },
      last: { sequenceNumber: '3', part: 0 },
      orderingKeys: new Set(['b', 'a']),
    });
    expect(batch.items.map(batch.orderingKeyOf)).toEqual(['a', 'b', 'a']);
  });
});

describe('longestRun', () => {
  const all = items(kinesisRecords(7));
  const runOf = (...numbers: string[]) =>
    longestRun(all, ({ sequenceNumber }) => numbers.includes(sequenceNumber));

  test('is the longest row of items that a target has, the first of several', () => {
    expect(runOf('1', '2', '4', '5', '6')).toMatchObject({
      from: { sequenceNumber: '4' },
      to: { sequenceNumber: '6' },
    });
    expect(runOf('1', '2', '4', '5')).toMatchObject({
      from: { sequenceNumber: '1' },
      to: { sequenceNumber: '2' },
    });
  });

  test('is nothing when a target has nothing', () => {
    expect(runOf()).toBeUndefined();
  });
});
