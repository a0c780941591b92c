import type { Item } from './pack.ts';
import type { StreamRecord } from './stream-event.ts';

/** A place in a shard: a sequence number, and the part of a record that was put together of several, from 0. */
export interface Position {
  sequenceNumber: string;
  part: number;
}

export function positionOf({ sequenceNumber, record }: Pick<Item, 'sequenceNumber' | 'record'>): Position {
  return { sequenceNumber, part: record.kinesis?.subSequenceNumber ?? 0 };
}

/** Both included. */
export interface Range {
  from: Position;
  to: Position;
}

/** Below 0 when `one` comes first. Sequence numbers are decimal numbers of up to 56 digits. */
export function comparePositions(one: Position, other: Position): number {
  return compareNumbers(one.sequenceNumber, other.sequenceNumber) || one.part - other.part;
}

export function isWithin(position: Position, { from, to }: Range): boolean {
  return comparePositions(from, position) <= 0 && comparePositions(position, to) <= 0;
}

/** One range for two that overlap; the second one for two that do not. */
export function joined(one: Range | undefined, other: Range): Range {
  if (
    one === undefined ||
    comparePositions(one.to, other.from) < 0 ||
    comparePositions(other.to, one.from) < 0
  )
    return other;
  return {
    from: comparePositions(one.from, other.from) < 0 ? one.from : other.from,
    to: comparePositions(one.to, other.to) > 0 ? one.to : other.to,
  };
}

/** What keeps records of a shard in order: records with the same key are never processed side by side. */
export function orderingKeyOf({ kinesis, dynamodb }: StreamRecord): string {
  return kinesis?.partitionKey ?? JSON.stringify(dynamodb?.Keys) ?? '';
}

function compareNumbers(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
