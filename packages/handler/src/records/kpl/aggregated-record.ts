import { isUtf8 } from 'node:buffer';
import { readFields, UnreadableError } from './protobuf-fields.ts';

/** What was given to the Kinesis Producer Library as one record. */
export interface UserRecord {
  partitionKey: string;
  explicitHashKey?: string;
  /** Base64. */
  data: string;
}

/** Fields of an `AggregatedRecord`: number × 8 + wire type. One of another wire type is an unknown field. */
const PARTITION_KEY_TABLE = 0x0a;
const EXPLICIT_HASH_KEY_TABLE = 0x12;
const RECORDS = 0x1a;

/** Fields of a `Record`. Its tags are not looked at: the producer library writes none. */
const PARTITION_KEY_INDEX = 0x08;
const EXPLICIT_HASH_KEY_INDEX = 0x10;
const DATA = 0x1a;

/**
 * Kinesis allows 256 characters. A key is once in its table and again in each of its records: without a limit, what
 * comes out could be the square of what goes in.
 */
const KEY_LIMIT_BYTES = 256 * 4;

/** The user records of an `AggregatedRecord` in protobuf, or undefined if any part of it cannot be read. */
export function readAggregatedRecord(bytes: Buffer): UserRecord[] | undefined {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}

function read(bytes: Buffer): UserRecord[] {
  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const records: IndexedRecord[] = [];
  for (const { tag, start, end } of readFields(bytes, 0, bytes.length)) {
    if (tag === PARTITION_KEY_TABLE) partitionKeys.push(readKey(bytes, start, end));
    else if (tag === EXPLICIT_HASH_KEY_TABLE) explicitHashKeys.push(readKey(bytes, start, end));
    else if (tag === RECORDS) records.push(readRecord(bytes, start, end));
  }
  // Only now: the fields of a message may be in any order.
  return records.map(({ partitionKeyIndex, explicitHashKeyIndex, data }) => {
    const partitionKey = lookUp(partitionKeys, partitionKeyIndex);
    if (explicitHashKeyIndex === undefined) return { partitionKey, data };
    return { partitionKey, explicitHashKey: lookUp(explicitHashKeys, explicitHashKeyIndex), data };
  });
}

interface IndexedRecord {
  partitionKeyIndex: number;
  explicitHashKeyIndex: number | undefined;
  data: string;
}

function readRecord(bytes: Buffer, from: number, to: number): IndexedRecord {
  let partitionKeyIndex: number | undefined;
  let explicitHashKeyIndex: number | undefined;
  let data: { start: number; end: number } | undefined;
  // The last value of a repeated field counts.
  for (const { tag, varint, start, end } of readFields(bytes, from, to)) {
    if (tag === PARTITION_KEY_INDEX) partitionKeyIndex = varint;
    else if (tag === EXPLICIT_HASH_KEY_INDEX) explicitHashKeyIndex = varint;
    else if (tag === DATA) data = { start, end };
  }
  if (partitionKeyIndex === undefined || data === undefined) throw new UnreadableError();
  return { partitionKeyIndex, explicitHashKeyIndex, data: bytes.toString('base64', data.start, data.end) };
}

function readKey(bytes: Buffer, start: number, end: number): string {
  if (end - start > KEY_LIMIT_BYTES || !isUtf8(bytes.subarray(start, end))) throw new UnreadableError();
  return bytes.toString('utf8', start, end);
}

function lookUp(table: readonly string[], index: number): string {
  const key = table[index];
  if (key === undefined) throw new UnreadableError();
  return key;
}
