import type { TableStreamRecord } from '../../services/dynamodb-streams/stream-record.ts';
import type { KinesisEventRecord } from './kinesis-event.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-example.html */
export type DynamoDbEventRecord = TableStreamRecord & { eventSourceARN: string };

/** A record of a stream as a Lambda event has it. */
export type EventRecord = KinesisEventRecord | DynamoDbEventRecord;

/** What a partial batch response names a record by. */
export function sequenceNumberOf(record: EventRecord): string {
  return 'kinesis' in record ? record.kinesis.sequenceNumber : record.dynamodb.SequenceNumber;
}

/** @param ms epoch ms; the stream of a table has times in seconds, so any record of the same second may be later */
export function cameBefore(record: EventRecord, ms: number): boolean {
  if ('kinesis' in record) return Math.round(record.kinesis.approximateArrivalTimestamp * 1000) < ms;
  return (record.dynamodb.ApproximateCreationDateTime + 1) * 1000 <= ms;
}

/** Epoch seconds, with fractions where the stream has them. */
export function arrivalSecondsOf(record: EventRecord): number {
  return 'kinesis' in record
    ? record.kinesis.approximateArrivalTimestamp
    : record.dynamodb.ApproximateCreationDateTime;
}
