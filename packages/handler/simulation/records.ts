import type { KinesisStreamRecord } from 'aws-lambda';
import { growingBytes, growingNumbers } from './growing-array.ts';
import { SOURCE, streamArnOf } from './places.ts';

/** The records of one stream, each known by its ordinal. */
export interface Records {
  /** Returns the ordinal. */
  put(shard: number, time: number): number;
  count(): number;
  putAt(ordinal: number): number;
  shardOf(ordinal: number): number;
  /** 0 to `KINDS - 1`: what filters look at. */
  kindOf(ordinal: number): number;
  partitionOf(ordinal: number): number;
  /** As an event source mapping hands it over. */
  read(ordinal: number): KinesisStreamRecord;
  /** Of one record in an event. */
  bytes: number;
}

export const KINDS = 4;
const PARTITIONS = 64;

/** Sequence numbers have 16 digits: a 1, three of the stream, twelve of the record. */
const FIRST_SEQUENCE_NUMBER = 1_000_000_000_000_000;
const RECORDS = 1_000_000_000_000;

export function createRecords(stream: number, name: string, dataBytes = 0): Records {
  const putAt = growingNumbers();
  const shards = growingBytes();
  const eventSourceARN = streamArnOf(name);
  const data = Array.from({ length: KINDS }, (_, kind) => dataOf(kind, dataBytes));
  let count = 0;
  return {
    put(shard, time) {
      putAt.set(count, time);
      shards.set(count, shard);
      return count++;
    },
    count: () => count,
    putAt: putAt.get,
    shardOf: shards.get,
    kindOf,
    partitionOf: (ordinal) => ordinal % PARTITIONS,
    read(ordinal) {
      const sequenceNumber = String(FIRST_SEQUENCE_NUMBER + stream * RECORDS + ordinal);
      return {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: `k${ordinal % PARTITIONS}`,
          sequenceNumber,
          data: data[kindOf(ordinal)] ?? '',
          approximateArrivalTimestamp: putAt.get(ordinal) / 1000,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: `shardId-00000000000${shards.get(ordinal)}:${sequenceNumber}`,
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: '',
        awsRegion: SOURCE.region,
        eventSourceARN,
      };
    },
    bytes: (data[0]?.length ?? 0) + 300,
  };
}

/** The record that a sequence number names. */
export function placeOfSequenceNumber(text: string): { stream: number; ordinal: number } {
  const number = Number(text) - FIRST_SEQUENCE_NUMBER;
  return { stream: Math.floor(number / RECORDS), ordinal: number % RECORDS };
}

export function sequenceNumberOf(stream: number, ordinal: number): string {
  return String(FIRST_SEQUENCE_NUMBER + stream * RECORDS + ordinal);
}

function kindOf(ordinal: number): number {
  return ((ordinal * 7) >>> 2) % KINDS;
}

/** JSON, in base64. */
function dataOf(kind: number, bytes: number): string {
  const padding = bytes > 0 ? { padding: 'p'.repeat(bytes) } : {};
  return Buffer.from(JSON.stringify({ kind, ...padding })).toString('base64');
}
