import type { SQSClient } from '@aws-sdk/client-sqs';
import { decodeParkedRecords, type ParkedRecords, type Route } from '@xacct/core';
import type { FailureBucket } from '../bucket/failure-bucket.ts';
import { countMessages } from '../queues/count-messages.ts';
import { queueFailure } from '../queues/queue-failure.ts';
import { visitMessages } from '../queues/visit-messages.ts';
import { holds, type Position, readHolding } from './parked-position.ts';

/** What was found in a queue, and how much of it was looked at. */
export interface QueueSearch {
  queue: string;
  found: ParkedRecords[];
  /** Messages that were looked at. */
  lookedAt: number;
  /** About how many others there are: being retried, hidden until they are due, or beyond the limit. */
  others: number;
}

export interface QueueSearchOptions {
  sqs: Pick<SQSClient, 'send'>;
  bucket: Pick<FailureBucket, 'read'>;
  position: Position;
  /** The most messages to look at; each is hidden from other receivers meanwhile. */
  limit: number;
  signal: AbortSignal;
}

/** How long a look hides messages from others, if it does not come to hand them back. */
const HIDDEN_SECONDS = 120;

/** Looks for a record in both queues of a route. */
export async function lookInQueues(
  { retryQueueUrl, deadLetterQueueUrl }: Pick<Route, 'retryQueueUrl' | 'deadLetterQueueUrl'>,
  { sample, ...options }: QueueSearchOptions & { sample: number },
): Promise<{ retryQueue: QueueSearch; deadLetterQueue: QueueSearch }> {
  return {
    retryQueue: await lookInQueue(retryQueueUrl, { ...options, limit: sample }),
    deadLetterQueue: await lookInQueue(deadLetterQueueUrl, options),
  };
}

async function lookInQueue(
  queueUrl: string,
  { sqs, bucket, position, limit, signal }: QueueSearchOptions,
): Promise<QueueSearch> {
  const queue = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
  const found: ParkedRecords[] = [];
  /** With its records, also where an object has them. */
  const holding = async (parked: ParkedRecords): Promise<ParkedRecords | undefined> => {
    const answer = holds(parked, position);
    if (answer !== 'maybe' || parked.object === undefined) return answer === 'yes' ? parked : undefined;
    const held = readHolding(await bucket.read(parked.object), position);
    return held && { ...parked, records: held.records };
  };
  try {
    const { visible, inFlight, delayed } = await countMessages(sqs, queueUrl);
    const visit = { sqs, queueUrl, limit, hiddenSeconds: HIDDEN_SECONDS, signal };
    const none = { messages: 0, complete: false };
    const { messages, complete } =
      limit === 0
        ? none
        : await visitMessages(visit, async ({ body }) => {
            const parked = decodeParkedRecords(body);
            const held = parked && (await holding(parked));
            if (held !== undefined) found.push(held);
            return false;
          });
    const seen = complete ? visible : Math.min(visible, messages);
    return { queue, found, lookedAt: messages, others: visible - seen + inFlight + delayed };
  } catch (error) {
    throw queueFailure(error, 'look into queue', queueUrl);
  }
}
