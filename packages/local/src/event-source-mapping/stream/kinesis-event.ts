import type { _Record } from '@aws-sdk/client-kinesis';

/** A record as a Lambda event has it. Field order and shape are AWS's. */
export interface KinesisEventRecord {
  kinesis: {
    kinesisSchemaVersion: '1.0';
    partitionKey: string;
    sequenceNumber: string;
    /** Base64. */
    data: string;
    /** Epoch seconds, with fractions. */
    approximateArrivalTimestamp: number;
  };
  eventSource: 'aws:kinesis';
  eventVersion: '1.0';
  eventID: string;
  eventName: 'aws:kinesis:record';
  invokeIdentityArn: string;
  awsRegion: string;
  eventSourceARN: string;
}

export interface EventOrigin {
  shardId: string;
  /** ARN of the function's execution role. */
  invokeIdentityArn: string;
  region: string;
  eventSourceArn: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function toEventRecord(record: _Record, origin: EventOrigin): KinesisEventRecord {
  const {
    PartitionKey = '',
    SequenceNumber = '',
    Data = new Uint8Array(),
    ApproximateArrivalTimestamp,
  } = record;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: PartitionKey,
      sequenceNumber: SequenceNumber,
      data: Buffer.from(Data).toString('base64'),
      approximateArrivalTimestamp: (ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${origin.shardId}:${SequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: origin.invokeIdentityArn,
    awsRegion: origin.region,
    eventSourceARN: origin.eventSourceArn,
  };
}
