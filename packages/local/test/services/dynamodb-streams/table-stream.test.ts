import { beforeEach, describe, expect, test } from 'vitest';
import { createTableStream, type TableStream } from '../../../src/services/dynamodb-streams/table-stream.ts';
import { NOON_MS, REGION, SOURCE, steppedClock } from '../../factories.ts';

const ARN = `arn:aws:dynamodb:${REGION}:${SOURCE}:table/items/stream/2026-01-15T12:00:00.000`;
const HOUR_MS = 3_600_000;

let clock: ReturnType<typeof steppedClock>;
let stream: TableStream;

beforeEach(() => {
  clock = steppedClock();
  stream = createTableStream(ARN, 2, clock);
});

const item = (id: string) => ({ Keys: { id: { S: id } }, NewImage: { id: { S: id } } });
const put = (id: string) => stream.put(item(id));
const read = (shardId: string, from = 0n, max = 1000) => {
  const { records, next } = stream.read(shardId, from, max);
  return { ids: records.map(({ dynamodb }) => dynamodb.Keys.id?.S), next };
};

describe('createTableStream', () => {
  test('makes a record of a change, named by what the change is', () => {
    const image = { id: { S: 'a' }, n: { N: '1' } };
    const { record } = put('a');
    expect(record).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: NOON_MS / 1000,
        Keys: { id: { S: 'a' } },
        NewImage: { id: { S: 'a' } },
        SequenceNumber: '100000000000000000000',
        SizeBytes: 6,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    const modify = stream.put({ Keys: { id: { S: 'a' } }, OldImage: { id: { S: 'a' } }, NewImage: image });
    const remove = stream.put({ Keys: { id: { S: 'a' } }, OldImage: image });
    expect([modify.record.eventName, remove.record.eventName]).toEqual(['MODIFY', 'REMOVE']);
  });

  test('keeps the changes of one item in one shard, and spreads items over both', () => {
    const shards = new Map<string, Set<string>>();
    for (let index = 0; index < 40; index++) {
      const id = `item ${index % 8}`;
      shards.set(id, (shards.get(id) ?? new Set()).add(put(id).shardId));
    }
    expect([...shards.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set([...shards.values()].flatMap((ids) => [...ids])).size).toBe(2);
  });

  test('is read from a place on, a few at a time', () => {
    const { shardId } = put('a');
    put('a');
    put('a');
    const first = read(shardId, 0n, 2);
    expect(first.ids).toHaveLength(2);
    const second = read(shardId, first.next, 2);
    expect(second.ids).toHaveLength(1);
    expect(read(shardId, second.next)).toEqual({ ids: [], next: second.next });
  });

  test('closes a shard after four hours, and goes on in its child', () => {
    const { shardId } = put('a');
    clock.advance(4 * HOUR_MS);
    const later = put('a');
    const shards = stream.shards();
    expect(shards).toHaveLength(4);
    const child = shards.find(({ id }) => id === later.shardId);
    expect(child?.parentId).toBe(shardId);
    expect(shards.find(({ id }) => id === shardId)?.endingSequenceNumber).toBe('100000000000000000000');
    expect(read(shardId)).toEqual({ ids: ['a'], next: undefined });
    expect(read(later.shardId).ids).toEqual(['a']);
  });

  test('keeps a record for 24 hours, and its closed shard no longer', () => {
    const { shardId } = put('a');
    clock.advance(HOUR_MS);
    put('a');
    clock.advance(23 * HOUR_MS - 1);
    expect(read(shardId).ids).toHaveLength(2);
    clock.advance(1);
    expect(read(shardId).ids).toHaveLength(1);
    const first = 10n ** 20n;
    expect(() => read(shardId, first)).toThrow(
      expect.objectContaining({ code: 'TrimmedDataAccessException' }),
    );
    expect(read(shardId, first + 1n).ids).toHaveLength(1);
    clock.advance(24 * HOUR_MS);
    expect(() => read(shardId)).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
  });
});
