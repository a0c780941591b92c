import type { DynamoDBStreamsClient, _Record as TableRecord } from '@aws-sdk/client-dynamodb-streams';
import { describe, expect, test } from 'vitest';
import { findTableRecords } from '../../src/trace/find-table-record.ts';

const ARN = 'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-01T00:00:00.000';
const NOON = Date.parse('2026-11-26T12:00:00Z');
const HOUR = 3_600_000;

const eventId = (number: number) => String(number).padStart(32, 'e');
const change = (number: number, at: number, id = `item-${number}`): TableRecord => ({
  eventID: eventId(number),
  eventName: 'MODIFY',
  userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
  dynamodb: {
    ApproximateCreationDateTime: new Date(at),
    SequenceNumber: String(number),
    SizeBytes: 26,
    Keys: { id: { S: id }, sort: { B: Buffer.from('hello') } },
    NewImage: { id: { S: id }, tags: { SS: ['a'] }, picture: { B: Buffer.from('hello') } },
  },
});

interface FakeShard {
  id: string;
  parent?: string;
  /** Its first sequence number, and the last of one that is closed. */
  range: [number, number?];
  pages: TableRecord[][];
  /** After the last page comes an empty one, without an end. */
  isOpen?: boolean;
}

interface Input {
  ExclusiveStartShardId?: string;
  ShardId?: string;
  ShardIteratorType?: string;
  SequenceNumber?: string;
  ShardIterator?: string;
  Limit?: number;
}

/** The operations of DynamoDB Streams on these shards; notes which shards are read, page by page. */
function tablesOf(shards: readonly FakeShard[], refusal?: { shard: string; name: string }) {
  const reads: string[] = [];
  const operations: Record<string, (input: Input) => object> = {
    DescribeStreamCommand: ({ ExclusiveStartShardId: after }) => {
      const start = shards.findIndex(({ id }) => id === after) + 1;
      const shard = shards[start];
      const Shards = shard && [
        {
          ShardId: shard.id,
          ...(shard.parent && { ParentShardId: shard.parent }),
          SequenceNumberRange: {
            StartingSequenceNumber: String(shard.range[0]),
            ...(shard.range[1] && { EndingSequenceNumber: String(shard.range[1]) }),
          },
        },
      ];
      const isLast = start + 1 >= shards.length;
      return { StreamDescription: { Shards, ...(!isLast && { LastEvaluatedShardId: shard?.id }) } };
    },
    GetShardIteratorCommand: ({ ShardId = '', ShardIteratorType, SequenceNumber }) => {
      if (refusal?.shard === ShardId) throw Object.assign(new Error('no'), { name: refusal.name });
      return { ShardIterator: JSON.stringify([ShardId, 0, ShardIteratorType, SequenceNumber]) };
    },
    GetRecordsCommand: ({ ShardIterator = '', Limit }) => {
      const [id, page, type, number] = JSON.parse(ShardIterator);
      const shard = shards.find((one) => one.id === id);
      reads.push(`${id} ${page}${Limit === undefined ? '' : ` ${Limit}`}`);
      const records = shard?.pages[page] ?? [];
      const from = type === 'AT_SEQUENCE_NUMBER' ? BigInt(number) : 0n;
      const isEnd = page + 1 >= (shard?.pages.length ?? 0) && !shard?.isOpen;
      return {
        Records: records
          .filter(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0) >= from)
          .slice(0, Limit),
        ...(!isEnd && { NextShardIterator: JSON.stringify([id, page + 1, type, number]) }),
      };
    },
  };
  const send = async (command: { constructor: { name: string }; input: Input }) =>
    operations[command.constructor.name]?.(command.input);
  return { reads, tables: { send } as unknown as Pick<DynamoDBStreamsClient, 'send'> };
}

/** One line of three shards, each of an hour, and another line. */
const LINES: FakeShard[] = [
  { id: 'a1', range: [10, 19], pages: [[change(10, NOON), change(11, NOON + 1000)]] },
  { id: 'a2', parent: 'a1', range: [20, 29], pages: [[change(20, NOON + HOUR)]] },
  { id: 'a3', parent: 'a2', range: [30], pages: [[], [change(30, NOON + 2 * HOUR)]], isOpen: true },
  {
    id: 'b1',
    range: [10],
    pages: [[change(12, NOON)], [change(31, NOON + 2 * HOUR, 'item-30')]],
    isOpen: true,
  },
];
const numbers = (found: readonly { sequenceNumber: string }[]) =>
  found.map(({ sequenceNumber }) => sequenceNumber);

describe('findTableRecords', () => {
  test('reads only shards that may hold a sequence number, from there on', async () => {
    const { tables, reads } = tablesOf(LINES);
    const found = await findTableRecords(tables, ARN, { sequenceNumber: '20', shardId: undefined });

    expect(numbers(found)).toEqual(['20']);
    expect(reads.map((read) => read.split(' ')[0])).not.toContain('a1');
    expect(reads.map((read) => read.split(' ')[0])).not.toContain('a3');
  });

  test.each([['ValidationException'], ['TrimmedDataAccessException'], ['ResourceNotFoundException']])(
    'finds nothing in a shard that does not have the number: %s',
    async (name) => {
      const { tables } = tablesOf(LINES, { shard: 'a2', name });

      expect(await findTableRecords(tables, ARN, { sequenceNumber: '20', shardId: undefined })).toEqual([]);
    },
  );

  test('finds nothing for a number between those of records', async () => {
    const { tables } = tablesOf(LINES);

    expect(await findTableRecords(tables, ARN, { sequenceNumber: '13', shardId: undefined })).toEqual([]);
  });

  test('reports any other refusal, with what is needed', async () => {
    const { tables } = tablesOf(LINES, { shard: 'a2', name: 'AccessDeniedException' });

    await expect(findTableRecords(tables, ARN, { sequenceNumber: '20', shardId: undefined })).rejects.toThrow(
      /^Cannot read stream .*What trace needs/s,
    );
  });

  test('finds an event ID in any shard, after parts of it that are empty', async () => {
    const { tables } = tablesOf(LINES);

    expect(numbers(await findTableRecords(tables, ARN, { eventId: eventId(30), at: undefined }))).toEqual([
      '30',
    ]);
    expect(await findTableRecords(tables, ARN, { eventId: eventId(99), at: undefined })).toEqual([]);
  });

  test('does not read shards that ended before the time, nor on after it', async () => {
    const { tables, reads } = tablesOf(LINES);
    const found = await findTableRecords(tables, ARN, { eventId: eventId(30), at: NOON + 2 * HOUR });

    expect(numbers(found)).toEqual(['30']);
    // Of the children only the first record, which says when their parents ended.
    expect(reads).not.toContain('a1 0');
    expect(reads).toEqual(expect.arrayContaining(['a2 0 1', 'a2 0']));

    const later = tablesOf(LINES);
    expect(await findTableRecords(later.tables, ARN, { eventId: eventId(99), at: NOON + HOUR })).toEqual([]);
    expect(later.reads.filter((read) => read.startsWith('b1'))).toEqual(['b1 0', 'b1 1']);
  });

  test('finds all changes of a key around a time, by any value of the key, in their order', async () => {
    const { tables } = tablesOf(LINES);
    const around = (partitionKey: string, at: number) =>
      findTableRecords(tables, ARN, { partitionKey, at }).then(numbers);

    expect(await around('item-30', NOON + 2 * HOUR + 60_000)).toEqual(['30', '31']);
    expect(await around('item-30', NOON + 2 * HOUR + 60_001)).toEqual([]);
    expect(await around(Buffer.from('hello').toString('base64'), NOON)).toEqual(['10', '12', '11']);
  });

  test.each([
    [undefined, 'Say about when it was written with --at TIME, or name it with --sequence-number'],
    [NOON, 'all else has to be read. Name it with --sequence-number'],
  ])('gives up a stream with too much to read, at %s', async (at, advice) => {
    const pages = Array.from({ length: 2_001 }, (_, index) => [change(index, NOON)]);
    const { tables } = tablesOf([{ id: 'a1', range: [1], pages, isOpen: true }]);

    await expect(findTableRecords(tables, ARN, { eventId: eventId(5_000), at })).rejects.toThrow(advice);
  });

  test('has the record as the forwarder gets it', async () => {
    const { tables } = tablesOf(LINES);
    const [found] = await findTableRecords(tables, ARN, { sequenceNumber: '10', shardId: undefined });

    expect(found).toMatchObject({
      shardId: 'a1',
      partitionKey: 'item-10, aGVsbG8=',
      arrivedAt: NOON,
      bytes: 26,
    });
    expect(found?.event).toEqual({
      eventSourceARN: ARN,
      eventID: eventId(10),
      eventName: 'MODIFY',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: {
        ApproximateCreationDateTime: NOON / 1000,
        SequenceNumber: '10',
        SizeBytes: 26,
        Keys: { id: { S: 'item-10' }, sort: { B: 'aGVsbG8=' } },
        NewImage: { id: { S: 'item-10' }, tags: { SS: ['a'] }, picture: { B: 'aGVsbG8=' } },
      },
    });
  });
});
