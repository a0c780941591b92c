import type { ParkedRecords } from '@xacct/core';

/** Messages with records that one target lacks for one reason. */
export interface ParkedGroup {
  /** ARN of the target's function. */
  target: string;
  /** The class of the failure: `throttled`, `denied` and so on. */
  failure: string;
  reason: string;
  messages: number;
  records: number;
  /** When the oldest of them was parked: ISO 8601. */
  oldestParkedAt: string;
  /** Where to find one of the records in the stream. */
  example: { shardId: string; sequenceNumber: string };
}

/** Adds up messages as they come; none is kept. */
export interface ParkedGroups {
  add(parked: ParkedRecords): void;
  /** The largest first. */
  all(): ParkedGroup[];
}

export function createParkedGroups(): ParkedGroups {
  const groups = new Map<string, ParkedGroup>();
  return {
    add({ target, failure, reason, count, parkedAt, shardId, firstSequenceNumber }) {
      const key = JSON.stringify([target, failure, reason]);
      const group = groups.get(key) ?? {
        target,
        failure,
        reason,
        messages: 0,
        records: 0,
        oldestParkedAt: parkedAt,
        example: { shardId, sequenceNumber: firstSequenceNumber },
      };
      groups.set(key, group);
      group.messages += 1;
      group.records += count;
      if (Date.parse(parkedAt) < Date.parse(group.oldestParkedAt)) group.oldestParkedAt = parkedAt;
    },
    all: () => [...groups.values()].sort((a, b) => b.messages - a.messages || b.records - a.records),
  };
}
