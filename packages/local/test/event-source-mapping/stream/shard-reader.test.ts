import {
  type GetRecordsCommandInput,
  type GetRecordsCommandOutput,
  type GetShardIteratorCommandInput,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { kinesisSource } from '../../../src/event-source-mapping/stream/kinesis-source.ts';
import { readShard } from '../../../src/event-source-mapping/stream/shard-reader.ts';
import type { StreamPosition } from '../../../src/event-source-mapping/stream/stream-source.ts';
import { instantClock } from '../../factories.ts';

const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';

/** A shard whose answers to GetRecords are given, one after another. Iterators are numbered. */
function shard(answers: (Partial<GetRecordsCommandOutput> | Error)[]) {
  const iterators: GetShardIteratorCommandInput[] = [];
  const reads: GetRecordsCommandInput[] = [];
  const kinesis = new KinesisClient({ region: 'us-west-2' });
  kinesis.middlewareStack.add(
    () =>
      async ({ input }) => {
        if ('ShardIteratorType' in input) {
          iterators.push(input as GetShardIteratorCommandInput);
          return { response: {}, output: { ShardIterator: `iterator ${iterators.length}`, $metadata: {} } };
        }
        reads.push(input as GetRecordsCommandInput);
        const answer = answers.shift() ?? {};
        if (answer instanceof Error) throw answer;
        return { response: {}, output: { Records: [], $metadata: {}, ...answer } };
      },
    { step: 'initialize' },
  );
  const source = kinesisSource({
    kinesis,
    streamArn: STREAM,
    eventSourceArn: STREAM,
    region: 'us-west-2',
    invokeIdentityArn: 'arn:aws:iam::111111111111:role/forwarder',
  });
  return { source, iterators, reads };
}

function records(...sequenceNumbers: string[]): GetRecordsCommandOutput['Records'] {
  return sequenceNumbers.map((SequenceNumber) => ({
    SequenceNumber,
    Data: Buffer.from('x'),
    PartitionKey: 'a',
  }));
}

function named(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name });
}

async function read(
  answers: (Partial<GetRecordsCommandOutput> | Error)[],
  start: StreamPosition = { type: 'TRIM_HORIZON' },
) {
  const { source, iterators, reads } = shard(answers);
  const clock = instantClock();
  const problems: string[] = [];
  const seen: string[] = [];
  const reader = readShard({
    source,
    streamArn: STREAM,
    shardId: 'shard',
    start,
    clock,
    signal: new AbortController().signal,
    onRead: () => {},
    onPositioned: () => {},
    onProblem: (message) => problems.push(message),
  });
  for await (const { sequenceNumber } of reader) seen.push(sequenceNumber);
  return { seen, problems, iterators, reads, slept: clock.slept };
}

describe('readShard', () => {
  test('reads from the starting position to the end of the shard, iterator by iterator', async () => {
    const { seen, iterators, reads, slept, problems } = await read(
      [
        { Records: records('1', '2'), NextShardIterator: 'second' },
        { NextShardIterator: 'third' },
        { Records: records('3') },
      ],
      { type: 'LATEST' },
    );
    expect(seen).toEqual(['1', '2', '3']);
    expect(iterators).toEqual([{ StreamARN: STREAM, ShardId: 'shard', ShardIteratorType: 'LATEST' }]);
    expect(reads.map(({ StreamARN, ShardIterator }) => [StreamARN, ShardIterator])).toEqual([
      [STREAM, 'iterator 1'],
      [STREAM, 'second'],
      [STREAM, 'third'],
    ]);
    expect(slept).toEqual([250, 250]);
    expect(problems).toEqual([]);
  });

  test('continues after the last record, without a problem, when an iterator has expired', async () => {
    const { seen, iterators, problems } = await read([
      { Records: records('1', '2'), NextShardIterator: 'second' },
      named('ExpiredIteratorException'),
      { Records: records('3') },
    ]);
    expect(seen).toEqual(['1', '2', '3']);
    expect(
      iterators.map(({ ShardIteratorType, StartingSequenceNumber }) => [
        ShardIteratorType,
        StartingSequenceNumber,
      ]),
    ).toEqual([
      ['TRIM_HORIZON', undefined],
      ['AFTER_SEQUENCE_NUMBER', '2'],
    ]);
    expect(problems).toEqual([]);
  });

  test('reports an error of the stream, waits, and reads from the same place again', async () => {
    const { seen, iterators, reads, problems, slept } = await read([
      named('AccessDeniedException', 'User: a'),
      { Records: records('1'), NextShardIterator: 'second' },
      named('ProvisionedThroughputExceededException', 'slow down'),
      { Records: records('2') },
    ]);
    expect(seen).toEqual(['1', '2']);
    expect(problems).toEqual([
      `Shard shard of ${STREAM} cannot be read: AccessDeniedException: User: a`,
      `Shard shard of ${STREAM} cannot be read: ProvisionedThroughputExceededException: slow down`,
    ]);
    // A new iterator at LATEST would skip what has come since the first.
    expect(iterators).toHaveLength(1);
    expect(reads.map(({ ShardIterator }) => ShardIterator)).toEqual([
      'iterator 1',
      'iterator 1',
      'second',
      'second',
    ]);
    expect(slept).toEqual([1000, 250, 250, 1000, 250]);
  });

  test('continues with the oldest record, and reports that, when its place is no longer kept', async () => {
    const { seen, iterators, problems } = await read([
      { Records: records('1'), NextShardIterator: 'second' },
      named('TrimmedDataAccessException', 'too old'),
      { Records: records('9') },
    ]);
    expect(seen).toEqual(['1', '9']);
    expect(iterators.map(({ ShardIteratorType }) => ShardIteratorType)).toEqual([
      'TRIM_HORIZON',
      'TRIM_HORIZON',
    ]);
    expect(problems).toEqual([
      `Shard shard of ${STREAM} cannot be read: TrimmedDataAccessException: too old`,
    ]);
  });

  test('reports once that it has a place to read from, before it reads', async () => {
    const { source, iterators, reads } = shard([{ Records: records('1') }]);
    const seen: string[] = [];
    const reader = readShard({
      source,
      streamArn: STREAM,
      shardId: 'shard',
      start: { type: 'LATEST' },
      clock: instantClock(),
      signal: new AbortController().signal,
      onRead: () => {},
      onPositioned: () => seen.push(`${iterators.length} iterators, ${reads.length} reads`),
      onProblem: (message) => seen.push(message),
    });
    await reader.next();
    expect(seen).toEqual(['1 iterators, 0 reads']);
  });

  test('ends when it is stopped, reporting nothing', async () => {
    const { source } = shard([named('Failure')]);
    const stopped = new AbortController();
    const problems: string[] = [];
    stopped.abort(new Error('stopped'));
    const reader = readShard({
      source,
      streamArn: STREAM,
      shardId: 'shard',
      start: { type: 'LATEST' },
      clock: instantClock(),
      signal: stopped.signal,
      onRead: () => {},
      onPositioned: () => {},
      onProblem: (message) => problems.push(message),
    });
    await expect(reader.next()).rejects.toThrow('stopped');
    expect(problems).toEqual([]);
  });
});
