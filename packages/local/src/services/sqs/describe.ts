import { md5OfAttributes, md5OfBody } from './md5.ts';
import type { Message, MessageAttributes, ReceivedMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** Messages and queues as the API describes them. All numbers are text. */

type Attributes<T> = Readonly<Record<string, (of: T) => string | undefined>>;

/** What SQS gives a message; a Lambda event has all of it. Times are in epoch ms. */
export const messageAttributes: Attributes<ReceivedMessage> = {
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  AWSTraceHeader: ({ traceHeader }) => traceHeader,
  SentTimestamp: ({ sentAt }) => String(sentAt),
  SenderId: ({ senderId }) => senderId,
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => String(firstReceivedAt),
  MessageGroupId: ({ groupId }) => groupId,
  DeadLetterQueueSourceArn: ({ deadLetterSourceArn }) => deadLetterSourceArn,
};

export const queueAttributes: Attributes<Queue> = {
  QueueArn: ({ deployed }) => deployed.arn,
  ApproximateNumberOfMessages: (queue) => String(queue.depth().visible),
  ApproximateNumberOfMessagesNotVisible: (queue) => String(queue.depth().inFlight),
  ApproximateNumberOfMessagesDelayed: (queue) => String(queue.depth().delayed),
  CreatedTimestamp: ({ createdAt }) => String(Math.floor(createdAt / 1000)),
  LastModifiedTimestamp: ({ createdAt }) => String(Math.floor(createdAt / 1000)),
  VisibilityTimeout: ({ deployed }) => String(deployed.visibilityTimeoutSeconds),
  MaximumMessageSize: ({ deployed }) => String(deployed.maximumMessageBytes),
  MessageRetentionPeriod: ({ deployed }) => String(deployed.retentionSeconds),
  DelaySeconds: ({ deployed }) => String(deployed.delaySeconds),
  ReceiveMessageWaitTimeSeconds: ({ deployed }) => String(deployed.receiveWaitSeconds),
  SqsManagedSseEnabled: ({ deployed }) => String(deployed.sqsManagedSse),
  KmsMasterKeyId: ({ deployed }) => deployed.kmsKeyArn,
  RedrivePolicy: ({ deployed: { redrive } }) =>
    redrive &&
    JSON.stringify({ deadLetterTargetArn: redrive.deadLetterArn, maxReceiveCount: redrive.maxReceiveCount }),
  RedriveAllowPolicy: ({ deployed: { redriveAllow } }) =>
    redriveAllow.redrivePermission === 'allowAll' ? undefined : JSON.stringify(redriveAllow),
  Policy: ({ deployed }) => deployed.policyDocument,
};

export const systemAttributeNames: readonly string[] = ['All', ...Object.keys(messageAttributes)];
export const queueAttributeNames: readonly string[] = ['All', ...Object.keys(queueAttributes)];

/** @param asked names of attributes, or `All` */
export function valuesOf<T>(
  attributes: Attributes<T>,
  of: T,
  asked: readonly string[],
): Record<string, string> {
  const chosen = Object.entries(attributes).filter(([name]) => asked.includes('All') || asked.includes(name));
  const values = chosen.map(([name, read]) => [name, read(of)] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** A sent message. */
export function describeSent({ id, body, attributes }: Message): object {
  return { MessageId: id, MD5OfMessageBody: md5OfBody(body), ...md5Field(attributes) };
}

/**
 * A received message.
 *
 * @param systemNames of attributes that SQS gives a message, or `All`
 * @param attributeNames of attributes of the sender, `prefix.*` for many, or `All`
 */
export function describeReceived(
  message: ReceivedMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): object {
  const system = valuesOf(messageAttributes, message, systemNames);
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => attributeNames.some((asked) => names(asked, name))),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    ...md5Field(attributes),
  };
}

function md5Field(attributes: MessageAttributes): object {
  const md5 = md5OfAttributes(attributes);
  return md5 === undefined ? {} : { MD5OfMessageAttributes: md5 };
}

function names(asked: string, name: string): boolean {
  if (asked === 'All' || asked === '.*') return true;
  return asked.endsWith('.*') ? name.startsWith(asked.slice(0, -1)) : asked === name;
}
