import { decodeParkedRecords, isObject } from '@xacct/core';
import type { QueuedMessage } from '@xacct/local';

/** What a message of a queue holds. */
export interface Letter {
  /** ARN of the target that lacks the records; undefined for a message that holds no parked records. */
  target: string | undefined;
  /** One for each record; copies of a record have the same. Empty where an object holds the records. */
  ids: readonly string[];
  /** Key of that object. */
  object: string | undefined;
  /** Number of records. */
  count: number;
  /** Epoch ms since when the records wait. */
  since: number;
}

export function readLetter({ body, sentAt }: Pick<QueuedMessage, 'body' | 'sentAt'>): Letter {
  const parked = decodeParkedRecords(body);
  if (parked === undefined) return { target: undefined, ids: [], object: undefined, count: 0, since: sentAt };
  const { target, records, object, count, parkedAt } = parked;
  const since = Date.parse(parkedAt);
  return {
    target,
    ids: records.map((record) => `${target} ${idOf(record)}`),
    object,
    count,
    since: Number.isNaN(since) ? sentAt : since,
  };
}

/** The parts of an aggregated record have one event ID. */
function idOf(record: object): string {
  const { eventID, kinesis } = record as { eventID?: unknown; kinesis?: unknown };
  const part = isObject(kinesis) ? (kinesis.subSequenceNumber ?? '') : '';
  return `${eventID} ${part}`;
}
