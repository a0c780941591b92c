import { parseArn } from '@xacct/core';
import { messageAttributes, valuesOf } from '../../services/sqs/describe.ts';
import { md5OfAttributes, md5OfBody } from '../../services/sqs/md5.ts';
import type { ReceivedMessage } from '../../services/sqs/message.ts';

/** A message as a Lambda event has it. */
export type QueueEventRecord = ReturnType<typeof toQueueEventRecord>;

/** Field order and shape are AWS's. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function toQueueEventRecord(message: ReceivedMessage, queueArn: string) {
  const md5 = md5OfAttributes(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: valuesOf(messageAttributes, message, ['All']),
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
    eventSource: 'aws:sqs' as const,
    eventSourceARN: queueArn,
    awsRegion: parseArn(queueArn).region,
  };
}
