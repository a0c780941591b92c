import type { Route } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { countKept, type KeptObjects } from './count-kept.ts';
import { type LookOptions, lookAtParked, type QueueLook } from './look-at-parked.ts';

export interface RouteLook {
  retryQueue: QueueLook;
  deadLetterQueue: QueueLook;
  /** Undefined where it was not asked for. */
  failureBucket: KeptObjects | undefined;
}

export interface RouteLookOptions extends Omit<LookOptions, 'queueUrl'> {
  /** As `limit`, for the retry queue: a message that is read is hidden from the forwarder meanwhile. */
  sample: number;
  /** The failure bucket, where it is to be counted too. */
  bucket: FailureBucket | undefined;
}

/** Looks at both queues of a route, and into the failure bucket where that is asked for. */
export async function lookAtRoute(
  route: Route,
  { sqs, signal, limit, sample, bucket }: RouteLookOptions,
): Promise<RouteLook> {
  const { retryQueueUrl, deadLetterQueueUrl } = route;
  return {
    retryQueue: await lookAtParked({ sqs, signal, queueUrl: retryQueueUrl, limit: sample }),
    deadLetterQueue: await lookAtParked({ sqs, signal, queueUrl: deadLetterQueueUrl, limit }),
    failureBucket: bucket && (await countKept(bucket, route, signal)),
  };
}
