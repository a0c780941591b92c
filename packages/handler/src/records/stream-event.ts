/** A batch of a Kinesis or DynamoDB stream as an event source mapping hands it over; only what is looked at here. */
export interface StreamEvent {
  Records: StreamRecord[];
}

export interface StreamRecord {
  eventSourceARN: string;
  /** Unique in the stream: `<shard ID>:<sequence number>` for Kinesis. */
  eventID?: string;
  kinesis?: {
    sequenceNumber: string;
    partitionKey?: string;
    /** Base64. */
    data: string;
    /** Only in a user record that was put together with others: its place in that record, from 0. */
    subSequenceNumber?: number;
    explicitHashKey?: string;
    /** Seconds since the epoch. */
    approximateArrivalTimestamp?: number;
  };
  dynamodb?: {
    SequenceNumber?: string;
    /** Seconds since the epoch. */
    ApproximateCreationDateTime?: number;
    /** The item's key. */
    Keys?: object;
  };
}

/** Thrown for an event that this function cannot be meant for: something else is subscribed to it. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

/** @throws {EventError} when the event is no batch of one stream */
export function parseStreamEvent(event: { Records: unknown[] }): StreamEvent & { streamArn: string } {
  const records = event.Records.map(parseRecord);
  const streamArn = records[0]?.eventSourceARN ?? '';
  const other = records.find((record) => record.eventSourceARN !== streamArn);
  if (other !== undefined) {
    throw new EventError(
      `Expected the records of one stream, got those of ${streamArn} and ${other.eventSourceARN}`,
    );
  }
  return { Records: records, streamArn };
}

export function sequenceNumberOf({ kinesis, dynamodb }: StreamRecord): string {
  return kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber ?? '';
}

/** When the stream got a record, epoch ms; undefined where it does not say. */
export function arrivalMs({ kinesis, dynamodb }: StreamRecord): number | undefined {
  const seconds = kinesis?.approximateArrivalTimestamp ?? dynamodb?.ApproximateCreationDateTime;
  return typeof seconds === 'number' && seconds > 0 && seconds < LATEST_SECONDS ? seconds * 1000 : undefined;
}

/** The last second of year 9999, which all times in text are before. */
const LATEST_SECONDS = 253_402_300_799;

/** All records of a batch come from one shard. A DynamoDB record does not name its own. */
export function shardIdOf({ kinesis, eventID }: StreamRecord): string {
  return kinesis === undefined ? '' : (eventID?.split(':')[0] ?? '');
}

function parseRecord(value: unknown): StreamRecord {
  const record = value as StreamRecord | null;
  const sequenceNumber = record?.kinesis?.sequenceNumber ?? record?.dynamodb?.SequenceNumber;
  const isKinesisOrTable = record?.kinesis === undefined || typeof record.kinesis.data === 'string';
  if (
    record === null ||
    typeof record.eventSourceARN !== 'string' ||
    typeof sequenceNumber !== 'string' ||
    sequenceNumber === '' ||
    !isKinesisOrTable
  ) {
    throw new EventError(
      'Expected every record to have eventSourceARN, and kinesis.sequenceNumber with kinesis.data or dynamodb.SequenceNumber',
    );
  }
  return record;
}
