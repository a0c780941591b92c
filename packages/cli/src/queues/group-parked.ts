import type { ParkedRecords } from '@xacct/core';

/** Messages with records that one target did not get, for one reason. */
export interface ParkedGroup {
  /** ARN of the target's function. */
  target: string;
  /** The class of the failure: `throttled`, `denied` and so on. */
  failure: string;
  reason: string;
  messages: number;
  records: number;
  /** The number of messages whose records are in an object of the failure bucket. */
  references: number;
  /** The highest number of calls of the function with one of them; undefined if unknown. */
  mostAttempts: number | undefined;
  /** When the oldest of them was parked: ISO 8601. */
  oldestParkedAt: string;
  /** When the first of them is due: ISO 8601; undefined if no message has a due time. */
  nextDueAt: string | undefined;
  /** Where to find one of the records in the stream. */
  example: { shardId: string; sequenceNumber: string };
}

/** The facts of a message that are added up. */
export type CountedMessage = Pick<
  ParkedRecords,
  | 'target'
  | 'failure'
  | 'reason'
  | 'count'
  | 'parkedAt'
  | 'dueAt'
  | 'object'
  | 'shardId'
  | 'firstSequenceNumber'
> & { attempts: number | undefined };

/** Adds up messages one by one, without keeping them. */
export interface ParkedGroups {
  add(parked: CountedMessage): void;
  /** The largest first. */
  all(): ParkedGroup[];
}

export function createParkedGroups(): ParkedGroups {
  const groups = new Map<string, ParkedGroup>();
  return {
    add({ target, failure, reason: text, count, attempts, object, ...message }) {
      const reason = text.replace(LENGTH_AND_CALLS, '');
      const { parkedAt, dueAt, shardId, firstSequenceNumber } = message;
      const key = JSON.stringify([target, failure, reason]);
      const group = groups.get(key) ?? {
        target,
        failure,
        reason,
        messages: 0,
        records: 0,
        references: 0,
        mostAttempts: attempts,
        oldestParkedAt: parkedAt,
        nextDueAt: dueAt,
        example: { shardId, sequenceNumber: firstSequenceNumber },
      };
      groups.set(key, group);
      group.messages += 1;
      group.records += count;
      group.references += object === undefined ? 0 : 1;
      if (attempts !== undefined) group.mostAttempts = Math.max(attempts, group.mostAttempts ?? 0);
      if (isEarlier(parkedAt, group.oldestParkedAt)) group.oldestParkedAt = parkedAt;
      if (dueAt !== undefined && (group.nextDueAt === undefined || isEarlier(dueAt, group.nextDueAt)))
        group.nextDueAt = dueAt;
    },
    all: () => [...groups.values()].sort((a, b) => b.messages - a.messages || b.records - a.records),
  };
}

/** A dead letter's reason starts with how long and how often its records were tried, which differs between messages. */
const LENGTH_AND_CALLS = /^Given up after \d+ (min|h) and \d+ calls?: /;

function isEarlier(one: string, other: string): boolean {
  return Date.parse(one) < Date.parse(other);
}
