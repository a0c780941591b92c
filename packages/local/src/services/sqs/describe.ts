import { sqsError } from './errors.ts';
import { md5OfAttributes, md5OfBody } from './md5.ts';
import type { Message, MessageAttributes, ReceivedMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** Messages and queues as the API describes them. All numbers are text. */

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
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => attributeNames.some((asked) => names(asked, name))),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    ...md5Field(attributes),
  };
}

export const systemAttributeNames = [
  'AWSTraceHeader',
  'All',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'DeadLetterQueueSourceArn',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
];

/** What SQS gives a message; a Lambda event has all of it. Times are in epoch ms. */
export function systemAttributes(message: ReceivedMessage): Record<string, string> {
  const { receiveCount, sentAt, senderId, firstReceivedAt, groupId, deadLetterSourceArn, traceHeader } =
    message;
  return {
    ApproximateReceiveCount: String(receiveCount),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    SentTimestamp: String(sentAt),
    SenderId: senderId,
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  };
}

/** All attributes of a queue. */
export function queueAttributes(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.depth();
  const { deployed } = queue;
  const { redrive, redriveAllow, policyDocument } = deployed;
  const created = String(Math.floor(queue.createdAt / 1000));
  return {
    QueueArn: deployed.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(deployed.visibilityTimeoutSeconds),
    MaximumMessageSize: String(deployed.maximumMessageBytes),
    MessageRetentionPeriod: String(deployed.retentionSeconds),
    DelaySeconds: String(deployed.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(deployed.receiveWaitSeconds),
    SqsManagedSseEnabled: String(deployed.sqsManagedSse),
    ...(deployed.kmsKeyArn !== undefined && { KmsMasterKeyId: deployed.kmsKeyArn }),
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
    ...(redriveAllow.redrivePermission !== 'allowAll' && {
      RedriveAllowPolicy: JSON.stringify(redriveAllow),
    }),
    ...(policyDocument !== undefined && { Policy: policyDocument }),
  };
}

export const queueAttributeNames = [
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'DelaySeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];

/** @throws {AwsError} InvalidAttributeName */
export function refuseUnknownNames(asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

function md5Field(attributes: MessageAttributes): object {
  const md5 = md5OfAttributes(attributes);
  return md5 === undefined ? {} : { MD5OfMessageAttributes: md5 };
}

function names(asked: string, name: string): boolean {
  if (asked === 'All' || asked === '.*') return true;
  return asked.endsWith('.*') ? name.startsWith(asked.slice(0, -1)) : asked === name;
}
