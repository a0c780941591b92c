import type { Route } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { countPaused, type KeptForTarget } from '../paused/count-paused.ts';
import { countKept, type KeptObjects } from './count-kept.ts';
import { type LookOptions, lookAtParked, type QueueLook } from './look-at-parked.ts';

export interface RouteLook {
  retryQueue: QueueLook;
  deadLetterQueue: QueueLook;
  /** Undefined where it was not asked for. */
  failureBucket: KeptObjects | undefined;
  /** What is kept for paused targets; undefined where the bucket was not looked into. */
  paused: KeptForTarget[] | undefined;
}

export interface RouteLookOptions extends Omit<LookOptions, 'queueUrl'> {
  /** As `limit`, for the retry queue: a message that is read is hidden from the forwarder meanwhile. */
  sample: number;
  /** The failure bucket, where anything in it is to be counted. */
  bucket: FailureBucket | undefined;
  /** Counts only what is kept for paused targets. */
  onlyPaused: boolean;
}

/** Looks at both queues of a route, and into the failure bucket where that is asked for. */
export async function lookAtRoute(
  route: Route,
  { sqs, signal, limit, sample, bucket, onlyPaused }: RouteLookOptions,
): Promise<RouteLook> {
  const { retryQueueUrl, deadLetterQueueUrl } = route;
  return {
    retryQueue: await lookAtParked({ sqs, signal, queueUrl: retryQueueUrl, limit: sample }),
    deadLetterQueue: await lookAtParked({ sqs, signal, queueUrl: deadLetterQueueUrl, limit }),
    failureBucket: onlyPaused ? undefined : bucket && (await countKept(bucket, route, signal)),
    paused: bucket && (await countPaused(bucket, route.name, signal)),
  };
}
