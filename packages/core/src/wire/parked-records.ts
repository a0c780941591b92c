import type { FromSchema } from 'json-schema-to-ts';
import validate from '../generated/validate-parked-records.js';
import type { parkedRecordsSchema } from '../schema/parked-records-schema.ts';
import { parseJson } from '../values/parse-json.ts';

type Wire = FromSchema<typeof parkedRecordsSchema>;

/** Where parked records come from and go to, and why they wait. */
export type ParkedFacts = Pick<
  Wire,
  | 'route'
  | 'streamArn'
  | 'target'
  | 'shardId'
  | 'firstSequenceNumber'
  | 'lastSequenceNumber'
  | 'failure'
  | 'reason'
  | 'attempts'
  | 'parkedAt'
  | 'dueAt'
  | 'hops'
  | 'unroutedSince'
>;

/** Records of one shard that one target lacks. */
export interface ParkedRecords extends ParkedFacts {
  /** Number of the records, also where an object holds them. */
  count: number;
  /** Empty where an object of the failure bucket holds them. */
  records: object[];
  /** Key of that object. */
  object?: string;
}

/**
 * Writes parked records as text that SQS accepts.
 *
 * @param recordTexts each record as JSON
 */
export function encodeParkedRecords(facts: ParkedFacts, recordTexts: readonly string[]): string {
  const head = JSON.stringify({ xacct: 'parked/2', ...facts, count: recordTexts.length });
  return escapeForQueue(`${head.slice(0, -1)},"Records":[${recordTexts.join(',')}]}`);
}

/**
 * Writes a message for records that an object of the failure bucket holds.
 *
 * @param count of the records
 * @param object the object's key
 */
export function encodeParkedReference(facts: ParkedFacts, count: number, object: string): string {
  return escapeForQueue(JSON.stringify({ xacct: 'parked/2', ...facts, count, object }));
}

/** Reads what either of these wrote; undefined for anything else. */
export function decodeParkedRecords(text: string): ParkedRecords | undefined {
  const value = parseJson(text);
  if (!isWire(value)) return undefined;
  const { xacct: _, Records: records = [], ...facts } = value;
  if (records.length === 0 && facts.object === undefined) return undefined;
  return { ...facts, records };
}

/**
 * The two code units that JSON leaves as they are and a message of SQS may not hold; in JSON they can only be within a
 * string. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
function escapeForQueue(json: string): string {
  return json.replaceAll('\ufffe', String.raw`\ufffe`).replaceAll('\uffff', String.raw`\uffff`);
}

/**
 * The bytes that a record takes in a message, with a comma. Each escaped character takes six bytes there instead of three.
 *
 * @param text the record as JSON
 * @param bytes of the text in UTF-8
 */
export function bytesInMessage(text: string, bytes = Buffer.byteLength(text)): number {
  const escaped = bytes === text.length ? null : text.match(/[\ufffe\uffff]/g);
  return bytes + 1 + 3 * (escaped?.length ?? 0);
}

function isWire(value: unknown): value is Wire {
  return validate(value);
}
