import { createHash } from 'node:crypto';
import { messageGroupOf } from '@xacct/core';
import type { CallSqs } from '../aws/call-sqs.ts';

/** The queues in which records wait. */
export interface Queues {
  /** Rejects with SQS's error, or when what SQS received is not what was sent. */
  send(message: QueueMessage, signal: AbortSignal): Promise<void>;
  /** ARN of the queue to which a queue moves what was received too often. Asked once for each queue. */
  deadLetterQueueOf(queueUrl: string, signal: AbortSignal): Promise<string>;
}

export interface QueueMessage {
  queueUrl: string;
  body: string;
  /** ARN of the function that lacks the records: one that has many messages does not keep those of others waiting. */
  target: string;
  /** Until it can be received: 0–900. */
  delaySeconds?: number;
}

export function createQueues(callSqs: CallSqs): Queues {
  const deadLetterQueues = new Map<string, string>();
  return {
    async send({ queueUrl, body, target, delaySeconds = 0 }, signal) {
      const message = {
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageGroupId: messageGroupOf(target),
        DelaySeconds: delaySeconds,
      };
      const { MD5OfMessageBody: received } = await callSqs('SendMessage', message, signal);
      if (received !== undefined && received !== createHash('md5').update(body).digest('hex'))
        throw new Error(`${queueUrl} received a message that is not as it was sent`);
    },
    async deadLetterQueueOf(queueUrl, signal) {
      const known = deadLetterQueues.get(queueUrl);
      if (known !== undefined) return known;
      const { Attributes } = await callSqs(
        'GetQueueAttributes',
        { QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] },
        signal,
      );
      const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as {
        deadLetterTargetArn?: unknown;
      };
      if (typeof deadLetterTargetArn !== 'string') throw new Error(`${queueUrl} has no dead-letter queue`);
      deadLetterQueues.set(queueUrl, deadLetterTargetArn);
      return deadLetterTargetArn;
    },
  };
}
