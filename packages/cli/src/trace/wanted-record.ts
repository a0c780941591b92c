import type { Stream } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';
import type { WantedOfKinesis } from './find-record.ts';
import type { Wanted } from './traced-record.ts';

/** The options of which one names the record. */
export interface RecordFlags {
  sequenceNumber?: string;
  eventId?: string;
  partitionKey?: string;
  /** Epoch ms. */
  at?: number;
}

/** Where a record is to be looked for. */
export type WantedIn =
  | { service: 'kinesis'; wanted: WantedOfKinesis }
  | { service: 'dynamodb'; wanted: Wanted };

/**
 * Which record a person means.
 *
 * @throws {CommandFailure} where it is not exactly one of the ways to say it
 */
export function wantedRecord(flags: RecordFlags, service: Stream['service']): WantedIn {
  const { sequenceNumber, eventId, partitionKey, at } = flags;
  const given = [sequenceNumber, eventId, partitionKey].filter((value) => value !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : 'several';
    throw new CommandFailure(
      `Expected one of --sequence-number, --event-id, and --partition-key with --at, got ${got}`,
      2,
    );
  }
  if (eventId !== undefined) {
    return service === 'kinesis'
      ? { service, wanted: readEventId(eventId) }
      : { service, wanted: { eventId: checkEventId(eventId), at } };
  }
  if (sequenceNumber !== undefined)
    return { service, wanted: { sequenceNumber: numberOf(sequenceNumber), shardId: undefined } };
  if (at === undefined)
    throw new CommandFailure('Missing --at: records of a partition key are found around a time', 2);
  return { service, wanted: { partitionKey: partitionKey ?? '', at } };
}

/** Of Kinesis, where it has both that lead to the record. */
function readEventId(eventId: string) {
  const [, shardId, sequenceNumber = ''] = /^(shardId-\d+):(\d+)$/.exec(eventId) ?? [];
  if (shardId !== undefined) return { sequenceNumber, shardId };
  throw new CommandFailure(
    `Expected an event ID of Kinesis, such as shardId-000000000000:4959…, got "${eventId}"`,
    2,
  );
}

/** Of a table, where it has no meaning. */
function checkEventId(eventId: string): string {
  if (/^[0-9a-f]{32}$/i.test(eventId)) return eventId;
  throw new CommandFailure(
    `Expected an event ID of a table's stream, which is 32 hexadecimal digits, got "${eventId}"`,
    2,
  );
}

function numberOf(text: string): string {
  if (/^\d{1,128}$/.test(text)) return text;
  throw new CommandFailure(`Expected a sequence number, which is all digits, got "${text}"`, 2);
}
