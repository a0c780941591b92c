import { hash } from 'node:crypto';
import { readAggregatedRecord } from './kpl/aggregated-record.ts';
import type { StreamRecord } from './stream-event.ts';

/**
 * The first bytes of a record in which the Kinesis Producer Library has put many:
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
/** The part of a record's base64 that the magic bytes determine. */
const MAGIC_BASE64 = '84maw';
/** The MD5 of the bytes between it and the magic bytes. */
const DIGEST_BYTES = 16;

/**
 * Takes apart what the Kinesis Producer Library has put together, in order; every other record stays the object it is.
 * A user record has its parent's `eventID` and `sequenceNumber`, from which the stream is read again, and its own
 * `partitionKey`, `data`, `subSequenceNumber` (from 0) and, if it was put with one, `explicitHashKey`.
 *
 * Every record is accounted for: one that has the magic bytes, but no user record that can be read with certainty,
 * stays as it is, even where AWS's libraries drop it or a part of it.
 */
export function deaggregate(records: readonly StreamRecord[]): StreamRecord[] {
  return records.flatMap((record) => userRecordsOf(record) ?? record);
}

function userRecordsOf(parent: StreamRecord): StreamRecord[] | undefined {
  const { kinesis } = parent;
  // A part that was parked; its own data may look like an aggregate.
  if (kinesis?.subSequenceNumber !== undefined) return undefined;
  if (typeof kinesis?.data !== 'string' || !kinesis.data.startsWith(MAGIC_BASE64)) return undefined;
  const body = bodyOf(Buffer.from(kinesis.data, 'base64'));
  const userRecords = body && readAggregatedRecord(body);
  if (userRecords === undefined || userRecords.length === 0) return undefined;
  return userRecords.map((userRecord, subSequenceNumber) => ({
    ...parent,
    kinesis: { ...kinesis, ...userRecord, subSequenceNumber },
  }));
}

function bodyOf(bytes: Buffer): Buffer | undefined {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const body = bytes.subarray(MAGIC.length, -DIGEST_BYTES);
  return hash('md5', body, 'buffer').equals(bytes.subarray(-DIGEST_BYTES)) ? body : undefined;
}
