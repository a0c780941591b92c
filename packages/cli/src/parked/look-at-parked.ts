import type { SQSClient } from '@aws-sdk/client-sqs';
import { decodeParkedRecords } from '@xacct/core';
import { countMessages, type QueueCounts } from '../queues/count-messages.ts';
import { createParkedGroups, type ParkedGroup } from '../queues/group-parked.ts';
import { queueFailure } from '../queues/queue-failure.ts';
import { visitMessages } from '../queues/visit-messages.ts';

export interface QueueLook {
  queue: string;
  /** The counts that SQS reports before any message is read. */
  counts: QueueCounts;
  /** Undefined where no message was read. */
  read: ReadMessages | undefined;
}

export interface ReadMessages {
  messages: number;
  /** Whether these are all that the queue could show; otherwise a sample. */
  complete: boolean;
  groups: ParkedGroup[];
  /** Messages that are no parked records. */
  foreign: number;
}

export interface LookOptions {
  sqs: Pick<SQSClient, 'send'>;
  queueUrl: string;
  /** The most messages to read; 0: none, which hides none from the forwarder. */
  limit: number;
  signal: AbortSignal;
}

/** How long a look hides messages from others, if it does not come to hand them back. */
const HIDDEN_SECONDS = 120;

/**
 * Counts what a queue of a route holds, and groups the messages that it may read by target and reason.
 *
 * @throws {CommandFailure} when the queue cannot be reached
 */
export async function lookAtParked({ sqs, queueUrl, limit, signal }: LookOptions): Promise<QueueLook> {
  const queue = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
  try {
    const counts = await countMessages(sqs, queueUrl);
    if (limit === 0) return { queue, counts, read: undefined };
    const groups = createParkedGroups();
    let foreign = 0;
    const visit = { sqs, queueUrl, limit, hiddenSeconds: HIDDEN_SECONDS, signal };
    const { messages, complete } = await visitMessages(visit, async ({ body }) => {
      const parked = decodeParkedRecords(body);
      if (parked === undefined) foreign += 1;
      else groups.add(parked);
      return false;
    });
    return { queue, counts, read: { messages, complete, groups: groups.all(), foreign } };
  } catch (error) {
    throw queueFailure(error, 'look into queue', queueUrl);
  }
}
