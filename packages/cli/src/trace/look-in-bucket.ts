import { type ParkedRecords, pausedPrefix, readPausedKey } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { readGivenUpBatch } from '../bucket/given-up-batch.ts';
import { GIVEN_UP_PREFIX, parkedPrefix } from '../bucket/keys.ts';
import { hasRecord, isAfter, type Position, readHolding } from './parked-position.ts';

/** What the failure bucket holds of a record. */
export interface BucketSearch {
  /** Kept until the target is resumed. */
  paused: ParkedRecords[];
  /** Kept for a person to look at. */
  parked: ParkedRecords[];
  /** Why the mapping gave the record up, where it did: for all targets. */
  givenUp: { key: string; condition: string; timestamp: string } | undefined;
  /** Objects that were read. */
  lookedAt: number;
  /** Objects that may hold it too, and were not read. */
  others: number;
}

/** How many objects are read for each kind. */
const MOST_OBJECTS = 50;
/** A batch is given up after its records arrived; clocks differ a little. */
const CLOCK_MS = 300_000;

/**
 * Looks for a record in the failure bucket. The names of objects say which may hold it; only those are read.
 *
 * @param arrivedAt epoch ms; undefined where it is not known
 */
export async function lookInBucket(
  bucket: Pick<FailureBucket, 'keys' | 'read'>,
  route: string,
  position: Position,
  arrivedAt: number | undefined,
): Promise<BucketSearch> {
  const search: BucketSearch = { paused: [], parked: [], givenUp: undefined, lookedAt: 0, others: 0 };
  const read = async (keys: readonly string[], look: (text: string, key: string) => void) => {
    search.others += Math.max(0, keys.length - MOST_OBJECTS);
    for (const key of keys.slice(-MOST_OBJECTS)) {
      const text = await bucket.read(key);
      search.lookedAt += 1;
      if (text !== undefined) look(text, key);
    }
  };
  for (const [kind, prefix] of [
    ['paused', pausedPrefix(route)],
    ['parked', parkedPrefix(route)],
  ] as const) {
    const keys: string[] = [];
    for await (const key of bucket.keys(prefix)) if (mayStartBefore(key, position)) keys.push(key);
    await read(keys, (text) => {
      const held = readHolding(text, position);
      if (held !== undefined) search[kind].push(held);
    });
  }
  const batches: string[] = [];
  for await (const key of bucket.keys(GIVEN_UP_PREFIX))
    if (mayBeGivenUp(key, position, arrivedAt)) batches.push(key);
  await read(batches, (text, key) => {
    const batch = readGivenUpBatch(text);
    if (batch === undefined || !hasRecord(batch.records, position)) return;
    search.givenUp = { key, condition: batch.condition, timestamp: batch.timestamp };
  });
  return search;
}

/** The key has the event ID of the first record, `shardId-…:number` for Kinesis. */
function mayStartBefore(key: string, { shardId, sequenceNumber }: Position): boolean {
  const [, shard, first] = /(shardId-\d+):(\d+)[^/]*$/.exec(key) ?? [];
  if (shard === undefined || first === undefined)
    return readPausedKey(key) === undefined || shardId === undefined;
  return (shardId === undefined || shard === shardId) && !isAfter(first, sequenceNumber);
}

/** `aws/lambda/<mapping>/<shard>/<date>/<time>-<id>`: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
function mayBeGivenUp(key: string, { shardId }: Position, arrivedAt: number | undefined): boolean {
  if (shardId !== undefined && !key.includes(`/${shardId}/`)) return false;
  const [, date, hours, minutes, seconds] = /(\d{4}-\d\d-\d\d)T(\d\d)\.(\d\d)\.(\d\d)-[^/]*$/.exec(key) ?? [];
  const at = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(at) || arrivedAt === undefined || at >= arrivedAt - CLOCK_MS;
}
