import { createHash } from 'node:crypto';
import { deaggregate, deaggregateSync, RecordAggregator, type UserRecord } from 'aws-kinesis-agg';
import type { KinesisStreamRecord } from 'aws-lambda';
import { kinesisRecord } from './factories.ts';

/** A record as it is put through the producer library. */
export interface PutRecord {
  partitionKey: string;
  explicitHashKey?: string;
  data: Buffer;
}

const MAGIC = Buffer.from('f3899ac2', 'hex');
const MAGIC_BYTES = 4;
const DIGEST_BYTES = 16;

/** What AWS's library makes of records. */
export function aggregateByLibrary(records: readonly PutRecord[]): Buffer {
  const aggregator = new RecordAggregator();
  for (const record of records) aggregator.addUserRecord(record);
  return aggregator.build().data;
}

/** What AWS's library takes out of a record by each of its two functions, or undefined if it reports an error. */
export function deaggregateByLibrary({ kinesis }: KinesisStreamRecord): (UserRecord[] | undefined)[] {
  const errors: unknown[] = [];
  const oneByOne: UserRecord[] = [];
  deaggregate(
    kinesis,
    true,
    (_, userRecord) => userRecord && oneByOne.push(userRecord),
    (error) => error && errors.push(error),
  );
  let atOnce: UserRecord[] | undefined;
  deaggregateSync(kinesis, true, (error, userRecords) => {
    if (error) errors.push(error);
    atOnce = userRecords;
  });
  return errors.length > 0 ? [undefined, undefined] : [oneByOne, atOnce];
}

/** A message, as the fields that it consists of or as its bytes. */
export type Message = readonly Uint8Array[] | Uint8Array;

function bytesOf(message: Message): Buffer {
  return message instanceof Uint8Array ? Buffer.from(message) : Buffer.concat(message);
}

/** Magic bytes and the right checksum, around whatever it is. */
export function sealed(message: Message): Buffer {
  const body = bytesOf(message);
  return Buffer.concat([MAGIC, body, createHash('md5').update(body).digest()]);
}

/** What stands between the magic bytes and the checksum. */
export function bodyOf(aggregate: Buffer): Buffer {
  return aggregate.subarray(MAGIC_BYTES, -DIGEST_BYTES);
}

/** A record of a stream whose data is these bytes. */
export function recordOf(bytes: Uint8Array, sequenceNumber = '1'): KinesisStreamRecord {
  const record = kinesisRecord({ sequenceNumber, partitionKey: 'key of the parent' });
  return { ...record, kinesis: { ...record.kinesis, data: Buffer.from(bytes).toString('base64') } };
}

/** `padding` bytes more than are needed say nothing, and are allowed. */
export function varint(value: number | bigint, padding = 0): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  for (let added = 0; added < padding; added += 1) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(0);
  }
  return Buffer.from(bytes);
}

/** A protobuf field: a number is a varint, anything else has its length before it. */
export function field(number: number, value: number | bigint | string | Message): Buffer {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Buffer.concat([varint(number * 8), varint(value)]);
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : bytesOf(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}
