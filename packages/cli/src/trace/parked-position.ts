import { decodeParkedRecords, type ParkedRecords } from '@xacct/core';

/** What is known of where a record is in its stream: its sequence number or its event ID. */
export interface Position {
  /** Empty where it is not known. */
  sequenceNumber: string;
  /** Undefined where it is not known, or where records do not name it, as those of a table. */
  shardId: string | undefined;
  eventId?: string | undefined;
}

/**
 * Whether parked records hold the record: their range, and then the records themselves, where they are here.
 *
 * @returns `maybe` where only an object has them
 */
export function holds(parked: ParkedRecords, position: Position): 'yes' | 'no' | 'maybe' {
  const { shardId, sequenceNumber } = position;
  if (shardId !== undefined && parked.shardId !== shardId) return 'no';
  const { firstSequenceNumber: first, lastSequenceNumber: last } = parked;
  if (isAfter(first, sequenceNumber) || isAfter(sequenceNumber, last)) return 'no';
  if (parked.records.length === 0) return 'maybe';
  return hasRecord(parked.records, position) ? 'yes' : 'no';
}

/** The parked records of an object's text, where they hold the record. */
export function readHolding(text: string | undefined, position: Position): ParkedRecords | undefined {
  const parked = text === undefined ? undefined : decodeParkedRecords(text);
  return parked !== undefined && holds(parked, position) === 'yes' ? parked : undefined;
}

/**
 * Whether one of the records of a Lambda event is the record.
 *
 * @param part of an aggregated record: a record that was taken apart has to be this one
 */
export function hasRecord(records: readonly object[], position: Position, part?: number): boolean {
  const { sequenceNumber, eventId } = position;
  return records.some((record) => {
    const { eventID, kinesis, dynamodb } = record as {
      eventID?: unknown;
      kinesis?: { sequenceNumber?: unknown; subSequenceNumber?: unknown };
      dynamodb?: { SequenceNumber?: unknown };
    };
    const isSame =
      sequenceNumber === ''
        ? eventID === eventId
        : (kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber) === sequenceNumber;
    return isSame && (part === undefined || (kinesis?.subSequenceNumber ?? part) === part);
  });
}

/** Sequence numbers are of different lengths. An empty one is unknown. */
export function isAfter(one: string, other: string): boolean {
  if (!/^\d+$/.test(one) || !/^\d+$/.test(other)) return false;
  return BigInt(one) > BigInt(other);
}
