import { parseArn } from '@xacct/core';
import { systemAttributes } from '../../services/sqs/describe.ts';
import { md5OfAttributes, md5OfBody } from '../../services/sqs/md5.ts';
import type { ReceivedMessage } from '../../services/sqs/message.ts';

/** A message as a Lambda event has it. Field order and shape are AWS's. */
export interface QueueEventRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, QueueEventAttribute>;
  /** Only where the sender gave attributes. */
  md5OfMessageAttributes?: string;
  md5OfBody: string;
  eventSource: 'aws:sqs';
  eventSourceARN: string;
  awsRegion: string;
}

interface QueueEventAttribute {
  stringValue?: string;
  /** Base64. */
  binaryValue?: string;
  stringListValues: [];
  binaryListValues: [];
  dataType: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function toQueueEventRecord(message: ReceivedMessage, queueArn: string): QueueEventRecord {
  const md5 = md5OfAttributes(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message, ['All']),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    ...(md5 !== undefined && { md5OfMessageAttributes: md5 }),
    md5OfBody: md5OfBody(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: parseArn(queueArn).region,
  };
}
