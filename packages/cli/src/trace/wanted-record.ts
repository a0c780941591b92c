import { CommandFailure } from '../terminal/command-failure.ts';
import type { Wanted } from './find-record.ts';

/** The options of which one names the record. */
export interface RecordFlags {
  sequenceNumber?: string;
  eventId?: string;
  partitionKey?: string;
  /** Epoch ms. */
  at?: number;
}

/**
 * Which record a person means.
 *
 * @throws {CommandFailure} where it is not exactly one of the ways to say it
 */
export function wantedRecord({ sequenceNumber, eventId, partitionKey, at }: RecordFlags): Wanted {
  const given = [sequenceNumber, eventId, partitionKey].filter((value) => value !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : 'several';
    throw new CommandFailure(
      `Expected one of --sequence-number, --event-id, and --partition-key with --at, got ${got}`,
      2,
    );
  }
  if (partitionKey !== undefined) {
    if (at === undefined)
      throw new CommandFailure('Missing --at: records of a partition key are found around a time', 2);
    return { partitionKey, at };
  }
  if (sequenceNumber !== undefined) return { sequenceNumber: numberOf(sequenceNumber), shardId: undefined };
  const [, shardId, number = ''] = /^(shardId-\d+):(\d+)$/.exec(eventId ?? '') ?? [];
  if (shardId === undefined) {
    throw new CommandFailure(
      `Expected an event ID of Kinesis, such as shardId-000000000000:4959…, got "${eventId}". For a table, use --sequence-number`,
      2,
    );
  }
  return { sequenceNumber: number, shardId };
}

function numberOf(text: string): string {
  if (/^\d{1,128}$/.test(text)) return text;
  throw new CommandFailure(`Expected a sequence number, which is all digits, got "${text}"`, 2);
}
