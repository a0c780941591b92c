import { isPlain, isPlainBase64 } from './plain-text.ts';
import { type Framed, frameOf } from './record-frame.ts';
import type { StreamRecord } from './stream-event.ts';

/** A record as JSON. */
export interface RecordText {
  text: string;
  /** Size of the text in UTF-8. */
  bytes: number;
}

/**
 * Writes a record byte for byte as `JSON.stringify` does. Most Kinesis records need nothing but to have their values put between
 * texts that are kept, which takes half of the time (docs/performance.md). All others go through `JSON.stringify`.
 *
 * @param record as `JSON.parse` made it
 */
export function recordText(record: StreamRecord): RecordText {
  const kinesisText = kinesisRecordText(record);
  if (kinesisText !== undefined) return { text: kinesisText, bytes: kinesisText.length };
  const text = JSON.stringify(record);
  return { text, bytes: Buffer.byteLength(text) };
}

/** Undefined for a record that has other members, or values that have to be escaped. */
function kinesisRecordText(record: object): string | undefined {
  if (!hasKeys(record, KEYS)) return undefined;
  const { kinesis, eventID } = record;
  if (typeof kinesis !== 'object' || kinesis === null) return undefined;
  const isPart = 'subSequenceNumber' in kinesis;
  if (!hasKeys(kinesis, isPart ? PART_KEYS : KINESIS_KEYS)) return undefined;
  const { kinesisSchemaVersion, partitionKey, sequenceNumber, data, approximateArrivalTimestamp } = kinesis;
  const part = isPart ? kinesis.subSequenceNumber : 0;
  if (!isPlain(partitionKey) || !isPlain(sequenceNumber) || !isPlainBase64(data)) return undefined;
  if (!Number.isFinite(approximateArrivalTimestamp) || !Number.isFinite(part)) return undefined;
  // The event ID is the shard's and the sequence number. (`endsWith` would take several times as long.)
  if (typeof eventID !== 'string') return undefined;
  const shardLength = eventID.length - sequenceNumber.length;
  if (eventID.slice(shardLength) !== sequenceNumber) return undefined;
  const frame = frameOf(record, kinesisSchemaVersion, eventID.slice(0, shardLength));
  if (frame === undefined) return undefined;
  const { head, middle, tail } = frame;
  const rest = isPart ? `,"subSequenceNumber":${part}` : '';
  return `${head}${partitionKey}","sequenceNumber":"${sequenceNumber}","data":"${data}","approximateArrivalTimestamp":${approximateArrivalTimestamp}${rest}${middle}${sequenceNumber}${tail}`;
}

const KEYS = [
  'kinesis',
  'eventSource',
  'eventVersion',
  'eventID',
  'eventName',
  'invokeIdentityArn',
  'awsRegion',
  'eventSourceARN',
] as const satisfies (keyof Framed | 'kinesis' | 'eventID')[];
const KINESIS_KEYS = [
  'kinesisSchemaVersion',
  'partitionKey',
  'sequenceNumber',
  'data',
  'approximateArrivalTimestamp',
] as const;
/** A part of an aggregated record. */
const PART_KEYS = [...KINESIS_KEYS, 'subSequenceNumber'] as const;

/** Whether an object has exactly these keys, in this order: that of its JSON. */
function hasKeys<Key extends string>(value: object, keys: readonly Key[]): value is Record<Key, unknown> {
  let count = 0;
  for (const key in value) {
    if (key !== keys[count]) return false;
    count += 1;
  }
  return count === keys.length;
}
