import { createHash } from 'node:crypto';
import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { limits } from '@xacct/core';

/** The queues in which records wait. Every call takes the client's retries with it. */
export interface Queues {
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

export function createQueues(sqs: Pick<SQSClient, 'send'>): Queues {
  const deadLetterQueues = new Map<string, string>();
  return {
    async send({ queueUrl, body, target, delaySeconds = 0 }, abortSignal) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageGroupId: groupOf(target),
        DelaySeconds: delaySeconds,
      });
      await sqs.send(command, { abortSignal });
    },
    async deadLetterQueueOf(queueUrl, abortSignal) {
      const known = deadLetterQueues.get(queueUrl);
      if (known !== undefined) return known;
      const command = new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['RedrivePolicy'],
      });
      const { Attributes } = await sqs.send(command, { abortSignal });
      const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as {
        deadLetterTargetArn?: unknown;
      };
      if (typeof deadLetterTargetArn !== 'string') throw new Error(`${queueUrl} has no dead-letter queue`);
      deadLetterQueues.set(queueUrl, deadLetterTargetArn);
      return deadLetterTargetArn;
    },
  };
}

/** Makes the queue a fair one. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html */
function groupOf(functionArn: string): string {
  const { messageGroupIdLength } = limits.sqs;
  if (functionArn.length <= messageGroupIdLength) return functionArn;
  const hash = createHash('sha256').update(functionArn).digest('hex').slice(0, 16);
  return `${functionArn.slice(0, messageGroupIdLength - hash.length - 1)}-${hash}`;
}
