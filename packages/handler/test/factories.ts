import { createHash } from 'node:crypto';
import type { StoredRoute, Target } from '@xacct/core';
import type { KinesisStreamEvent, KinesisStreamRecord, SQSRecord } from 'aws-lambda';
import type { RoleCredentials } from '../src/aws/assume-role.ts';
import { createFlightLimit, type FlightLimit } from '../src/delivery/flight-limit.ts';
import type { Clock } from '../src/invocation/clock.ts';
import { DeadlineError } from '../src/invocation/deadline.ts';
import type { InvocationContext } from '../src/invocation/invocation-context.ts';
import { createLog, type Log } from '../src/invocation/log.ts';
import type { ForwarderCount, Metrics, TargetCounts } from '../src/invocation/metrics.ts';
import { createShipment, type Item, type Payload, type Shipment, toItems } from '../src/records/pack.ts';
import { loggedLines } from './logged-lines.ts';

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

/** A message of the retry queue as an event source mapping hands it over. */
export function sqsRecord(
  body: string,
  options: { messageId?: string; receiveCount?: number } = {},
): SQSRecord {
  const { messageId = 'message-1', receiveCount = 1 } = options;
  return {
    messageId,
    receiptHandle: `receipt of ${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1700000000000',
      SenderId: 'AROASENDER:xacct-forwarder-default',
      ApproximateFirstReceiveTimestamp: '1700000000100',
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-retry',
    awsRegion: 'us-west-2',
  };
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
  return {
    name: 'orders',
    deaggregate: false,
    retryQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry',
    deadLetterQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-dead-letters',
    retryForSeconds: 86_400,
    targets: [target()],
    ...options,
  };
}

export function items(records: readonly KinesisStreamRecord[] = kinesisRecords(1)): Item[] {
  return toItems(records);
}

export function shipment(records?: readonly KinesisStreamRecord[]): Shipment {
  return createShipment(items(records), true);
}

export function payload(text = '{"Records":[{}]}'): Payload {
  return { body: Buffer.from(text), sha256: createHash('sha256').update(text).digest('hex') };
}

/** A deadline that ends when it is told to. */
export function deadline(options: { msToSend?: number } = {}) {
  const { msToSend = 60_000 } = options;
  const send = new AbortController();
  const park = new AbortController();
  return {
    totalMs: msToSend,
    send: send.signal,
    park: park.signal,
    msToSend: () => (send.signal.aborted ? 0 : msToSend),
    clear: () => {},
    endSending: () => send.abort(new DeadlineError('The time for sending is over')),
    endParking: () => park.abort(new DeadlineError('The time for parking is over')),
  };
}

/** Room for whatever a test sends. */
export function flightLimit(): FlightLimit {
  const room = { calls: 1000, bytes: 1024 ** 3 };
  return createFlightLimit({ room, slowRoom: room, slowAfterMs: 60_000 });
}

/** Credentials told apart by a name that stands in each of their parts. */
export function roleCredentials(name: string): RoleCredentials {
  return {
    accessKeyId: `ASIA${name}`,
    secretAccessKey: `secret of ${name}`,
    sessionToken: `token of ${name}`,
    expiresAt: Date.parse('2030-01-01T00:00:00Z'),
  };
}

export function invocationContext(options: { remainingMs?: number } = {}): InvocationContext {
  const { remainingMs = 60_000 } = options;
  return { awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs };
}

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** What was waited for without the time going on, in ms. */
  skipped: number[];
}

/**
 * A clock that goes on when it is told to.
 *
 * @param options.skipUpToMs waits of up to this many milliseconds end at once, and take no time
 */
export function fakeClock(options: { start?: number; skipUpToMs?: number } = {}): FakeClock {
  const { start = Date.parse('2026-01-01T00:00:00Z'), skipUpToMs = -1 } = options;
  let time = start;
  const timers = new Set<{ at: number; callback: () => void }>();
  const skipped: number[] = [];
  return {
    now: () => time,
    after(ms, callback) {
      if (ms <= skipUpToMs) {
        skipped.push(ms);
        let cancelled = false;
        queueMicrotask(() => cancelled || callback());
        return () => {
          cancelled = true;
        };
      }
      const timer = { at: time + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = time + ms;
      const due = () => [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      for (let next = due(); next !== undefined; next = due()) {
        timers.delete(next);
        time = Math.max(time, next.at);
        next.callback();
      }
      time = end;
    },
    skipped,
  };
}

/** A clock, and the timers that wait on it. */
export function countTimers(clock: FakeClock) {
  const timers = new Set<object>();
  const after: FakeClock['after'] = (ms, callback) => {
    const timer = {};
    timers.add(timer);
    const cancel = clock.after(ms, () => {
      timers.delete(timer);
      callback();
    });
    return () => {
      timers.delete(timer);
      cancel();
    };
  };
  return { clock: { ...clock, after }, timers };
}

/** A log whose lines are kept. */
export function collectingLog(): { log: Log; lines: string[]; entries: () => unknown[] } {
  const lines: string[] = [];
  const log = createLog({
    write: (line) => {
      lines.push(line);
      loggedLines.push(line);
    },
  });
  return { log, lines, entries: () => lines.map((line): unknown => JSON.parse(line)) };
}

export interface CountedTarget extends TargetCounts {
  route: string;
  target: string;
}

/** Metrics that are kept. */
export function collectingMetrics(): {
  metrics: Metrics;
  targets: CountedTarget[];
  counts: ForwarderCount[];
  /** Of how many targets something was counted when it was written, each time. */
  flushed: number[];
} {
  const targets: CountedTarget[] = [];
  const counts: ForwarderCount[] = [];
  const flushed: number[] = [];
  const metrics: Metrics = {
    add: (count, by = 1) => counts.push(...Array.from({ length: by }, () => count)),
    addTarget: (route, functionArn, counted) => targets.push({ route, target: functionArn, ...counted }),
    flush: () => flushed.push(targets.length),
  };
  return { metrics, targets, counts, flushed };
}
