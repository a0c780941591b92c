import { pausedPrefix, readPausedKey } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';

/** What is kept for a target that is paused, or was. */
export interface KeptForTarget {
  /** ARN of its function. */
  target: string;
  objects: number;
  records: number;
  /** When the first of them arrived in the stream: ISO 8601. */
  oldestArrivedAt: string;
}

/**
 * Counts what the failure bucket keeps for the paused targets of a route, by the names of its objects.
 *
 * @throws {CommandFailure} when the bucket cannot be listed
 */
export async function countPaused(
  bucket: Pick<FailureBucket, 'keys'>,
  route: string,
  signal: AbortSignal,
): Promise<KeptForTarget[]> {
  const byTarget = new Map<string, KeptForTarget>();
  for await (const key of bucket.keys(pausedPrefix(route))) {
    if (signal.aborted) break;
    const object = readPausedKey(key);
    if (object === undefined) continue;
    const { functionArn: target, arrivedAt, records } = object;
    const kept = byTarget.get(target) ?? { target, objects: 0, records: 0, oldestArrivedAt: arrivedAt };
    byTarget.set(target, kept);
    kept.objects += 1;
    kept.records += records;
    if (arrivedAt < kept.oldestArrivedAt) kept.oldestArrivedAt = arrivedAt;
  }
  return [...byTarget.values()];
}
