import { createHash } from 'node:crypto';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  ListShardsCommand,
  type Shard,
  type _Record as StreamRecord,
} from '@aws-sdk/client-kinesis';
import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { NEAR_MS, partsOf, type TracedRecord, type Wanted } from './traced-record.ts';

export type WantedOfKinesis = Exclude<Wanted, { eventId: string }>;

/** A Kinesis stream. */
export interface KinesisSource {
  arn: string;
  /** Whether a partition key is also one of a user record of an aggregated record, which may be in any shard. */
  takesApart: boolean;
}

/** Pages that are read of a shard: one of a stream that is read from a time may hold no record. */
const MOST_PAGES = 100;

/**
 * Finds records in a stream, while it keeps them: the one with a sequence number, or those with a partition key around a time.
 *
 * @throws {CommandFailure} when Kinesis refuses
 */
export async function findRecords(
  kinesis: Pick<KinesisClient, 'send'>,
  source: KinesisSource,
  wanted: WantedOfKinesis,
): Promise<TracedRecord[]> {
  try {
    const shards = await listShards(kinesis, source.arn);
    const found = shards
      .filter((shard) => mayHold(shard, source, wanted))
      .map((shard) => findInShard(kinesis, source, shard.ShardId ?? '', wanted));
    return (await Promise.all(found)).flat();
  } catch (error) {
    throw readFailure(error, source.arn);
  }
}

/** Why a stream cannot be read. */
export function readFailure(error: unknown, streamArn: string): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const hint = (name: string) =>
    isDenied(name) ? 'See "What trace needs" in docs/operating.md for the permissions' : undefined;
  return new CommandFailure(
    `Cannot read stream ${streamArn}: ${describeFailure(error, 'the source account', hint)}`,
  );
}

async function listShards(kinesis: Pick<KinesisClient, 'send'>, StreamARN: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let NextToken: string | undefined;
  do {
    // A token stands for the stream, which may not be named beside it.
    const page = await kinesis.send(
      new ListShardsCommand(NextToken === undefined ? { StreamARN } : { NextToken }),
    );
    shards.push(...(page.Shards ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return shards;
}

function mayHold(shard: Shard, { takesApart }: KinesisSource, wanted: WantedOfKinesis): boolean {
  if ('partitionKey' in wanted) {
    if (takesApart) return true;
    const hash = BigInt(`0x${createHash('md5').update(wanted.partitionKey).digest('hex')}`);
    const { StartingHashKey = '0', EndingHashKey = '0' } = shard.HashKeyRange ?? {};
    return BigInt(StartingHashKey) <= hash && hash <= BigInt(EndingHashKey);
  }
  const { shardId, sequenceNumber } = wanted;
  if (shardId !== undefined) return shard.ShardId === shardId;
  const { StartingSequenceNumber = '0', EndingSequenceNumber } = shard.SequenceNumberRange ?? {};
  const number = BigInt(sequenceNumber);
  return (
    BigInt(StartingSequenceNumber) <= number &&
    (EndingSequenceNumber === undefined || number <= BigInt(EndingSequenceNumber))
  );
}

async function findInShard(
  kinesis: Pick<KinesisClient, 'send'>,
  source: KinesisSource,
  shardId: string,
  wanted: WantedOfKinesis,
): Promise<TracedRecord[]> {
  const from: Pick<
    GetShardIteratorCommandInput,
    'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'
  > =
    'partitionKey' in wanted
      ? { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(wanted.at - NEAR_MS) }
      : { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: wanted.sequenceNumber };
  const { ShardIterator } = await kinesis
    .send(new GetShardIteratorCommand({ StreamARN: source.arn, ShardId: shardId, ...from }))
    .catch((error: Error) => {
      // A number that is not of this shard.
      if ('sequenceNumber' in wanted && error.name === 'InvalidArgumentException') return {} as never;
      throw error;
    });
  const found: TracedRecord[] = [];
  let next: string | undefined = ShardIterator;
  for (let pages = 0; next !== undefined && pages < MOST_PAGES; pages += 1) {
    const Limit = 'partitionKey' in wanted ? 10_000 : 1;
    const page = await readPage(kinesis, source.arn, next, Limit);
    const records = page.records.map((record) => toTraced(record, source.arn, shardId));
    found.push(...records.filter((record) => isWanted(record, source, wanted)));
    if ('sequenceNumber' in wanted ? records.length > 0 : isBehind(records, wanted.at)) break;
    if (page.isAtEnd && records.length === 0) break;
    next = page.next;
  }
  return found;
}

async function readPage(
  kinesis: Pick<KinesisClient, 'send'>,
  StreamARN: string,
  ShardIterator: string,
  Limit: number,
): Promise<{ records: StreamRecord[]; next: string | undefined; isAtEnd: boolean }> {
  const page = await kinesis.send(new GetRecordsCommand({ StreamARN, ShardIterator, Limit }));
  const { Records = [], NextShardIterator: next, MillisBehindLatest = 0 } = page;
  return { records: Records, next, isAtEnd: MillisBehindLatest === 0 };
}

/** Whether the records go on after all that are near. */
function isBehind(records: readonly TracedRecord[], at: number): boolean {
  const last = records.at(-1);
  return last !== undefined && last.arrivedAt > at + NEAR_MS;
}

function isWanted(record: TracedRecord, { takesApart }: KinesisSource, wanted: WantedOfKinesis): boolean {
  if ('sequenceNumber' in wanted) return record.sequenceNumber === wanted.sequenceNumber;
  if (Math.abs(record.arrivedAt - wanted.at) > NEAR_MS) return false;
  const isOfKey = ({ partitionKey }: { partitionKey: string }) => partitionKey === wanted.partitionKey;
  return isOfKey(record) || partsOf(record, takesApart).some(isOfKey);
}

function toTraced(record: StreamRecord, eventSourceARN: string, shardId: string): TracedRecord {
  const { SequenceNumber = '', PartitionKey = '', ApproximateArrivalTimestamp, Data } = record;
  const data = Data ?? new Uint8Array();
  const arrivedAt = ApproximateArrivalTimestamp?.getTime() ?? 0;
  const facts = { sequenceNumber: SequenceNumber, partitionKey: PartitionKey };
  const kinesis = {
    ...facts,
    data: Buffer.from(data).toString('base64'),
    approximateArrivalTimestamp: arrivedAt / 1000,
  };
  const event = { eventSourceARN, eventID: `${shardId}:${SequenceNumber}`, kinesis };
  return { shardId, ...facts, arrivedAt, bytes: data.length, data, event };
}
