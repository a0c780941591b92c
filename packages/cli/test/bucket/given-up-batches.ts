export const BUCKET = 'xacct-failures-default-111111111111-us-west-2';

/** Where Lambda keeps the batch of a number that an event source mapping gave up. */
export function batchKey(mapping: string, number: number): string {
  return `aws/lambda/${mapping}/shardId-000000000001/2026/11/20/2026-11-20T09.00.0${number}-6f0a`;
}

export interface Batch {
  stream?: string;
  timestamp?: string;
  /** Data of each record. */
  data?: readonly string[];
  /** How the event is written. */
  payload?: 'text' | 'object';
}

/** What Lambda writes for a batch that it gave up: the facts beside the complete event. */
export function givenUpBatch({
  stream = 'orders',
  timestamp = '2026-11-20T09:00:00.000Z',
  data = ['a', 'b'],
  payload = 'text',
}: Batch = {}): string {
  const streamArn = `arn:aws:kinesis:us-west-2:111111111111:stream/${stream}`;
  const event = { Records: data.map((text, index) => eventRecord(streamArn, text, index)) };
  return JSON.stringify({
    requestContext: {
      requestId: 'c9b8fa9f-5a7f-4c6d-8d0a-0c604cde93a5',
      functionArn: 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 11,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
    version: '1.0',
    timestamp,
    KinesisBatchInfo: {
      shardId: 'shardId-000000000001',
      startSequenceNumber: '100',
      endSequenceNumber: String(99 + data.length),
      approximateArrivalOfFirstRecord: timestamp,
      approximateArrivalOfLastRecord: timestamp,
      batchSize: data.length,
      streamArn,
    },
    payload: payload === 'text' ? JSON.stringify(event) : event,
  });
}

export function eventRecord(streamArn: string, text: string, index: number) {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'key',
      sequenceNumber: String(100 + index),
      data: Buffer.from(text).toString('base64'),
      approximateArrivalTimestamp: 1_763_629_200.987,
    },
    eventSource: 'aws:kinesis',
    eventID: `shardId-000000000001:${100 + index}`,
    eventSourceARN: streamArn,
  };
}
