import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
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
