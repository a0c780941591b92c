import { createHash } from 'node:crypto';
import type { StoredRoute, Target } from '@xacct/core';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { Batch } from '../src/deliver.ts';
import { createLog, type Log } from '../src/log.ts';
import { type Chunk, createPacker, stringifyRecords } from '../src/pack.ts';
import type { RoleCredentials } from '../src/role-credentials.ts';
import type { BatchContext } from '../src/stream-batch.ts';

export const streamArn = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';

/** A record as an event source mapping hands it over; `data` is the text before base64. */
export function kinesisRecord(
  options: {
    sequenceNumber?: string;
    data?: string;
    partitionKey?: string;
    eventSourceARN?: string;
    approximateArrivalTimestamp?: number;
  } = {},
): KinesisStreamRecord {
  const {
    sequenceNumber = '1',
    data = `data of ${sequenceNumber}`,
    partitionKey = 'key',
    eventSourceARN = streamArn,
    approximateArrivalTimestamp = 1_700_000_000.123,
  } = options;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111111111111:role/xacct-forwarder-default',
    awsRegion: 'us-west-2',
    eventSourceARN,
  };
}

/** Records with the sequence numbers 1 to `count`, each with about `dataBytes` of data. */
export function kinesisRecords(count: number, dataBytes = 10): KinesisStreamRecord[] {
  return Array.from({ length: count }, (_, index) =>
    kinesisRecord({ sequenceNumber: String(index + 1), data: 'd'.repeat(dataBytes) }),
  );
}

export function kinesisEvent(Records: KinesisStreamRecord[]): KinesisStreamEvent {
  return { Records };
}

export function target(options: Partial<Target> = {}): Target {
  const { account = '222222222222', region = 'us-west-2' } = options;
  return {
    account,
    region,
    functionArn: `arn:aws:lambda:${region}:${account}:function:reader`,
    roleArn: `arn:aws:iam::${account}:role/xacct-route-orders`,
    externalId: 'xacct:orders',
    invocation: 'event',
    onFailure: 'block',
    ...options,
  };
}

export function storedRoute(options: Partial<StoredRoute> = {}): StoredRoute {
  return { name: 'orders', targets: [target()], ...options };
}

export function batch(records: readonly KinesisStreamRecord[], options: Partial<Batch> = {}): Batch {
  return {
    route: storedRoute(),
    sequenceNumbers: records.map((record) => record.kinesis.sequenceNumber),
    pack: createPacker(stringifyRecords(records)),
    signal: new AbortController().signal,
    requestId: 'request-1',
    ...options,
  };
}

export function chunk(options: { first?: number; count?: number; payload?: string } = {}): Chunk {
  const { first = 0, count = 1, payload = '{"Records":[{}]}' } = options;
  return {
    first,
    count,
    payload: Buffer.from(payload),
    sha256: createHash('sha256').update(payload).digest('hex'),
  };
}

/** Credentials told apart by a name that stands in each of their parts. */
export function roleCredentials(name: string): RoleCredentials {
  return {
    accessKeyId: `ASIA${name}`,
    secretAccessKey: `secret of ${name}`,
    sessionToken: `token of ${name}`,
    expiration: new Date('2030-01-01T00:00:00Z'),
  };
}

export function batchContext(options: { remainingMs?: number } = {}): BatchContext {
  const { remainingMs = 60_000 } = options;
  return { awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs };
}

export interface FakeClock {
  now(): number;
  advance(ms: number): void;
}

export function fakeClock(start = Date.parse('2026-01-01T00:00:00Z')): FakeClock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}

/** A log whose lines are kept. */
export function collectingLog(): { log: Log; lines: string[]; entries: () => unknown[] } {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  return { log, lines, entries: () => lines.map((line): unknown => JSON.parse(line)) };
}
