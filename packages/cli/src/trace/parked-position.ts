import { decodeParkedRecords, type ParkedRecords } from '@xacct/core';

/** Where a record is in its stream. */
export interface Position {
  sequenceNumber: string;
  /** Undefined where it is not known. */
  shardId: string | undefined;
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
  return hasRecord(parked.records, sequenceNumber) ? 'yes' : 'no';
}

/** The parked records of an object's text, where they hold the record. */
export function readHolding(text: string | undefined, position: Position): ParkedRecords | undefined {
  const parked = text === undefined ? undefined : decodeParkedRecords(text);
  return parked !== undefined && holds(parked, position) === 'yes' ? parked : undefined;
}

/** Whether one of the records of a Lambda event has this number. */
export function hasRecord(records: readonly object[], sequenceNumber: string): boolean {
  return records.some((record) => {
    const { kinesis, dynamodb } = record as {
      kinesis?: { sequenceNumber?: unknown };
      dynamodb?: { SequenceNumber?: unknown };
    };
    return (kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber) === sequenceNumber;
  });
}

/** Sequence numbers are of different lengths. An empty one is unknown. */
export function isAfter(one: string, other: string): boolean {
  if (!/^\d+$/.test(one) || !/^\d+$/.test(other)) return false;
  return BigInt(one) > BigInt(other);
}
