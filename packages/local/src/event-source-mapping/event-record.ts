import type { DynamoDbEventRecord } from './dynamodb-event.ts';
import type { KinesisEventRecord } from './kinesis-event.ts';

/** A record of a stream as a Lambda event has it. */
export type EventRecord = KinesisEventRecord | DynamoDbEventRecord;

/** What a partial batch response names a record by. */
export function sequenceNumberOf(record: EventRecord): string {
  return 'kinesis' in record ? record.kinesis.sequenceNumber : record.dynamodb.SequenceNumber;
}

/** Epoch seconds, with fractions where the stream has them. */
export function arrivalSecondsOf(record: EventRecord): number {
  return 'kinesis' in record
    ? record.kinesis.approximateArrivalTimestamp
    : record.dynamodb.ApproximateCreationDateTime;
}
