import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type Shard,
  type _Record as TableRecord,
} from '@aws-sdk/client-dynamodb-streams';
import pLimit from 'p-limit';
import { CommandFailure } from '../terminal/command-failure.ts';
import { readFailure } from './find-record.ts';
import { keyValues, toTracedChange } from './table-change.ts';
import { NEAR_MS, type TracedRecord, type Wanted } from './traced-record.ts';

type Tables = Pick<DynamoDBStreamsClient, 'send'>;
type Start = Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'>;

/** Shards that are read side by side: each has room for one reader beside the mapping. */
const AT_ONCE = 10;
/** A part of a shard may be empty: a reader that got nothing so often is at the end. */
const EMPTY_PAGES = 20;
/** Of up to 1,000 records or 1 MB each. A busy table has more in a day. */
const MOST_PAGES = 2_000;
const OLDEST: Start = { ShardIteratorType: 'TRIM_HORIZON' };

/**
 * Finds records in the stream of a table, which keeps them for a day. Only a sequence number leads to its record; to find an
 * event ID or the key of an item, shards are read from their oldest record on.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
 *
 * @throws {CommandFailure} when DynamoDB refuses, or when too much would have to be read
 */
export async function findTableRecords(
  tables: Tables,
  streamArn: string,
  wanted: Wanted,
): Promise<TracedRecord[]> {
  const limited = pLimit(AT_ONCE);
  const found: TracedRecord[] = [];
  const isFound = () => found.length > 0 && !('partitionKey' in wanted);
  let pages = 0;
  const countPage = () => {
    pages += 1;
    if (pages > MOST_PAGES) throw tooMuch(streamArn, wanted);
  };

  async function findIn(shard: Shard): Promise<void> {
    const start: Start =
      'sequenceNumber' in wanted
        ? { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: wanted.sequenceNumber }
        : OLDEST;
    for await (const records of readShard(tables, streamArn, shard, start)) {
      countPage();
      const matching = records.filter((record) => isWanted(record, wanted));
      found.push(...matching.map((record) => toTracedChange(record, streamArn, shard.ShardId ?? '')));
      const isOver = 'sequenceNumber' in wanted || isFound();
      if (isOver || isBehind(records, wanted)) return;
    }
  }

  try {
    const shards = await shardsFor(wanted, await listShards(tables, streamArn), (shard) =>
      limited(() => firstTime(tables, streamArn, shard)),
    );
    await limited.map(shards, async (shard) => {
      if (!isFound()) await findIn(shard);
    });
    return found.toSorted((one, other) => one.arrivedAt - other.arrivedAt);
  } catch (error) {
    throw readFailure(error, streamArn);
  }
}

async function listShards(tables: Tables, StreamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let last: string | undefined;
  do {
    const { StreamDescription: page } = await tables.send(
      new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId: last }),
    );
    shards.push(...(page?.Shards ?? []));
    last = page?.LastEvaluatedShardId;
  } while (last !== undefined);
  return shards;
}

/** Without those that cannot hold what is wanted. A shard's records are older than those of its children. */
async function shardsFor(
  wanted: Wanted,
  shards: readonly Shard[],
  timeOf: (shard: Shard) => Promise<number | undefined>,
): Promise<Shard[]> {
  if ('sequenceNumber' in wanted) return shards.filter((shard) => mayHold(shard, wanted.sequenceNumber));
  const { at } = wanted;
  if (at === undefined) return [...shards];
  const children = shards.filter(({ ParentShardId }) => ParentShardId !== undefined);
  const isOver = await Promise.all(
    children.map(async (child) => ((await timeOf(child)) ?? Number.POSITIVE_INFINITY) < at - NEAR_MS),
  );
  const over = new Set(children.filter((_, index) => isOver[index]).map((child) => child.ParentShardId));
  return shards.filter(({ ShardId }) => !over.has(ShardId));
}

function mayHold({ SequenceNumberRange: range = {} }: Shard, sequenceNumber: string): boolean {
  const { StartingSequenceNumber: first = '0', EndingSequenceNumber: last = sequenceNumber } = range;
  const number = BigInt(sequenceNumber);
  return BigInt(first) <= number && number <= BigInt(last);
}

/** When the oldest record of a shard was written, epoch ms; undefined where it has none. */
async function firstTime(tables: Tables, streamArn: string, shard: Shard): Promise<number | undefined> {
  for await (const [first] of readShard(tables, streamArn, shard, OLDEST, 1))
    if (first !== undefined) return timeOf(first);
  return undefined;
}

/** Pages of a shard, up to its end as far as it can be known. */
async function* readShard(
  tables: Tables,
  StreamArn: string,
  { ShardId }: Shard,
  start: Start,
  Limit?: number,
): AsyncGenerator<TableRecord[]> {
  let empty = 0;
  try {
    let { ShardIterator } = await tables.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...start }));
    while (ShardIterator !== undefined && empty < EMPTY_PAGES) {
      const page = await tables.send(new GetRecordsCommand({ ShardIterator, Limit }));
      const records = page.Records ?? [];
      empty = records.length === 0 ? empty + 1 : 0;
      if (records.length > 0) yield records;
      ShardIterator = page.NextShardIterator;
    }
  } catch (error) {
    // A number that is not of this shard, or that is older than all that is kept; a shard that is gone by now.
    if (!NOT_THERE.has((error as Error).name)) throw error;
  }
}

const NOT_THERE = new Set(['ValidationException', 'TrimmedDataAccessException', 'ResourceNotFoundException']);

function isWanted(record: TableRecord, wanted: Wanted): boolean {
  if ('sequenceNumber' in wanted) return record.dynamodb?.SequenceNumber === wanted.sequenceNumber;
  if ('eventId' in wanted) return record.eventID?.toLowerCase() === wanted.eventId.toLowerCase();
  const isNear = Math.abs(timeOf(record) - wanted.at) <= NEAR_MS;
  return isNear && keyValues(record).includes(wanted.partitionKey);
}

/** Whether the records go on after all that are near. */
function isBehind(records: readonly TableRecord[], wanted: Wanted): boolean {
  const last = records.at(-1);
  return (
    'at' in wanted && wanted.at !== undefined && last !== undefined && timeOf(last) > wanted.at + NEAR_MS
  );
}

function timeOf({ dynamodb }: TableRecord): number {
  return dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0;
}

function tooMuch(streamArn: string, wanted: Wanted): CommandFailure {
  const isTimed = 'at' in wanted && wanted.at !== undefined;
  const narrower = isTimed ? '' : 'Say about when it was written with --at TIME, or n';
  return new CommandFailure(
    `Stopped after ${MOST_PAGES} pages of stream ${streamArn}: DynamoDB finds a record only by its sequence number, and all else has to be read. ${narrower || 'N'}ame it with --sequence-number, which is dynamodb.SequenceNumber of what targets get and of parked records`,
  );
}
