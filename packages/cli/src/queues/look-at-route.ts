import type { Route } from '@xacct/core';
import { type LookOptions, lookAtParked, type QueueLook } from './look-at-parked.ts';

export interface RouteLook {
  retryQueue: QueueLook;
  deadLetterQueue: QueueLook;
}

export interface RouteLookOptions extends Omit<LookOptions, 'queueUrl'> {
  /** As `limit`, for the retry queue: each of its messages that is read has one try less. */
  sample: number;
}

/** Looks at both queues of a route. */
export async function lookAtRoute(
  { retryQueueUrl, deadLetterQueueUrl }: Route,
  { sqs, signal, limit, sample }: RouteLookOptions,
): Promise<RouteLook> {
  return {
    retryQueue: await lookAtParked({ sqs, signal, queueUrl: retryQueueUrl, limit: sample }),
    deadLetterQueue: await lookAtParked({ sqs, signal, queueUrl: deadLetterQueueUrl, limit }),
  };
}
