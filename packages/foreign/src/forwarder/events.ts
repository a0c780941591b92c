import { GetRecordsCommand, GetShardIteratorCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { parseArn } from '@xacct/core';
import type { KinesisStreamEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clients } from '../accounts/clients.ts';

/** Puts a record into a stream, reads it from there, and gives it the form in which Lambda hands it to a function. */
export async function kinesisEvent(
  { kinesis }: Clients,
  streamArn: string,
  data: string,
): Promise<KinesisStreamEvent> {
  const { region: awsRegion, account, resource: name } = parseArn(streamArn);
  const StreamName = name.replace('stream/', '');
  const { ShardId = '', SequenceNumber } = await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'key', Data: Buffer.from(data) }),
  );
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName,
      ShardId,
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      StartingSequenceNumber: SequenceNumber,
    }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  return {
    Records: Records.map((record) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.PartitionKey ?? '',
        sequenceNumber: record.SequenceNumber ?? '',
        data: Buffer.from(record.Data ?? []).toString('base64'),
        approximateArrivalTimestamp: (record.ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${ShardId}:${record.SequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: `arn:aws:iam::${account}:role/xacct-forwarder-default`,
      awsRegion,
      eventSourceARN: streamArn,
    })),
  };
}

/** Waits for messages of a queue, until there are as many as wanted, in the form in which Lambda hands them over. */
export async function sqsEvent({ sqs }: Clients, queueArn: string, wanted: number): Promise<SQSEvent> {
  const { region: awsRegion } = parseArn(queueArn);
  const QueueUrl = queueUrl(queueArn);
  const Records: SQSRecord[] = [];
  while (Records.length < wanted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 20,
      }),
    );
    Records.push(
      ...Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', MD5OfBody = '', Attributes }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes as unknown as SQSRecord['attributes'],
        messageAttributes: {},
        md5OfBody: MD5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion,
      })),
    );
  }
  return { Records };
}

/** What Lambda does with messages that a function has taken. */
export async function deleteMessages({ sqs }: Clients, { Records }: SQSEvent): Promise<void> {
  for (const { eventSourceARN, receiptHandle } of Records) {
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: queueUrl(eventSourceARN), ReceiptHandle: receiptHandle }),
    );
  }
}

export function queueUrl(queueArn: string): string {
  const { region, account, resource: name } = parseArn(queueArn);
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
