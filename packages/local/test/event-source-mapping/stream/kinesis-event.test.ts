import { describe, expect, test } from 'vitest';
import { toEventRecord } from '../../../src/event-source-mapping/stream/kinesis-event.ts';

describe('toEventRecord', () => {
  test("writes a record as AWS's events have it, field by field in AWS's order", () => {
    const record = {
      PartitionKey: 'key',
      SequenceNumber: '4959',
      Data: Buffer.from([0, 255, 16]),
      ApproximateArrivalTimestamp: new Date('2026-01-15T12:00:00.250Z'),
    };
    const origin = {
      shardId: 'shardId-000000000001',
      invokeIdentityArn: 'arn:aws:iam::111111111111:role/forwarder',
      region: 'us-west-2',
      eventSourceArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    };
    expect(JSON.stringify(toEventRecord(record, origin))).toBe(
      JSON.stringify({
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'key',
          sequenceNumber: '4959',
          data: 'AP8Q',
          approximateArrivalTimestamp: 1768478400.25,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: 'shardId-000000000001:4959',
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: 'arn:aws:iam::111111111111:role/forwarder',
        awsRegion: 'us-west-2',
        eventSourceARN: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
      }),
    );
  });
});
