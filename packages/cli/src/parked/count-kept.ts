import { type Route, streamFromArn } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { readGivenUpBatch } from '../bucket/given-up-batch.ts';
import { GIVEN_UP_PREFIX, mappingOf, parkedPrefix } from '../bucket/keys.ts';
import { isSameStream } from '../queues/is-same-stream.ts';

/** What the failure bucket holds for a route, in objects. */
export interface KeptObjects {
  bucket: string;
  /** With parked records, those that no invocation can carry included. */
  parked: number;
  /** Batches that the route's event source mappings gave up. */
  givenUp: number;
}

/**
 * Counts what the failure bucket holds for a route. It lists all batches of the forwarder, and reads one of each event
 * source mapping, for its stream.
 *
 * @throws {CommandFailure} when the bucket cannot be reached
 */
export async function countKept(
  bucket: FailureBucket,
  { name, stream }: Pick<Route, 'name' | 'stream'>,
  signal: AbortSignal,
): Promise<KeptObjects> {
  const kept = { bucket: bucket.name, parked: 0, givenUp: 0 };
  for await (const _ of bucket.keys(parkedPrefix(name))) {
    if (signal.aborted) return kept;
    kept.parked += 1;
  }
  /** Whether a mapping is the route's. */
  const isOurs = new Map<string, boolean>();
  for await (const key of bucket.keys(GIVEN_UP_PREFIX)) {
    if (signal.aborted) return kept;
    const mapping = mappingOf(key);
    const ours = isOurs.get(mapping) ?? (await readIsOurs(key));
    if (ours !== undefined) isOurs.set(mapping, ours);
    kept.givenUp += ours === true ? 1 : 0;
  }
  return kept;

  /** Undefined where the object does not name its stream. */
  async function readIsOurs(key: string): Promise<boolean | undefined> {
    const text = await bucket.read(key);
    const batch = text === undefined ? undefined : readGivenUpBatch(text);
    const from = batch && streamFromArn(batch.streamArn);
    return from && isSameStream(from, stream);
  }
}
