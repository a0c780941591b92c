import type { _Record } from '@aws-sdk/client-kinesis';

/** A record as a Lambda event has it. Binary data is in base64, and times are in epoch seconds, with fractions. */
export type KinesisEventRecord = ReturnType<typeof toEventRecord>;

export interface EventOrigin {
  shardId: string;
  /** ARN of the function's execution role. */
  invokeIdentityArn: string;
  region: string;
  /** What the mapping names as its source: the stream, or a consumer of it. */
  eventSourceArn: string;
}

/** Field order and shape are AWS's. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function toEventRecord(record: _Record, origin: EventOrigin) {
  const { PartitionKey = '', SequenceNumber = '', Data = '', ApproximateArrivalTimestamp } = record;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0' as const,
      partitionKey: PartitionKey,
      sequenceNumber: SequenceNumber,
      data: Buffer.from(Data).toString('base64'),
      approximateArrivalTimestamp: (ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
    },
    eventSource: 'aws:kinesis' as const,
    eventVersion: '1.0' as const,
    eventID: `${origin.shardId}:${SequenceNumber}`,
    eventName: 'aws:kinesis:record' as const,
    invokeIdentityArn: origin.invokeIdentityArn,
    awsRegion: origin.region,
    eventSourceARN: origin.eventSourceArn,
  };
}
