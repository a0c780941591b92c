import { deaggregate } from '@xacct/handler/deaggregate';

/** A record of a Lambda event. */
export type EventRecord = Parameters<typeof deaggregate>[0][number];

/** A record of a stream. */
export interface TracedRecord {
  shardId: string;
  sequenceNumber: string;
  /** For a table, the values of the item's key. */
  partitionKey: string;
  /** Epoch ms. */
  arrivedAt: number;
  bytes: number;
  /** What the producer put; for a table, the change as JSON. */
  data: Uint8Array;
  /** As the forwarder gets it. */
  event: EventRecord;
}

/** How a person says which record is meant. */
export type Wanted =
  | { sequenceNumber: string; shardId: string | undefined }
  /** Only for a table. `at`: epoch ms. */
  | { eventId: string; at: number | undefined }
  /** `at`: epoch ms. */
  | { partitionKey: string; at: number };

/** Records with the key, or with the event ID, this long before and after the time are found. */
export const NEAR_MS = 60_000;

/** What a target gets of a record, and decides on by itself. */
export interface Part {
  /** Its place in an aggregated record, from 0; undefined where the record is not taken apart. */
  index: number | undefined;
  partitionKey: string;
  event: EventRecord;
}

/**
 * The user records of a record that the Kinesis Producer Library has aggregated, or else the record itself.
 *
 * @param takesApart whether the route does
 */
export function partsOf({ event, partitionKey }: TracedRecord, takesApart: boolean): Part[] {
  const whole: Part = { index: undefined, partitionKey, event };
  if (!takesApart) return [whole];
  const parts = deaggregate([event]).map((part) => ({
    index: part.kinesis?.subSequenceNumber,
    partitionKey: part.kinesis?.partitionKey ?? '',
    event: part,
  }));
  return parts.some(({ index }) => index !== undefined) ? parts : [whole];
}
