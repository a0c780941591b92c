import { createHash } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { limits } from '@xacct/core';
import { queueFailure } from './queue-failure.ts';

export interface ParkedMessage {
  body: string;
  /** The message group, by which a fair queue shares its capacity. */
  groupId: string | undefined;
}

/**
 * Sends a message to a route's retry queue.
 *
 * @throws {CommandFailure} when the queue does not take it
 */
export async function sendParked(
  sqs: Pick<SQSClient, 'send'>,
  queueUrl: string,
  { body, groupId }: ParkedMessage,
): Promise<void> {
  const command = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: body,
    ...(groupId !== undefined && { MessageGroupId: groupId }),
  });
  await sqs.send(command).catch((error) => {
    throw queueFailure(error, 'send to queue', queueUrl);
  });
}

/** The message group of a target, as the forwarder names it: its ARN, or the start of a longer one with a hash. */
export function groupOf(functionArn: string): string {
  const { messageGroupIdLength } = limits.sqs;
  if (functionArn.length <= messageGroupIdLength) return functionArn;
  const hash = createHash('sha256').update(functionArn).digest('hex').slice(0, 16);
  return `${functionArn.slice(0, messageGroupIdLength - hash.length - 1)}-${hash}`;
}
