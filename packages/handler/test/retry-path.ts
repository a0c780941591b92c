import {
  decodeParkedRecords,
  encodeParkedRecords,
  encodeParkedReference,
  type ParkedFacts,
  type StoredRoute,
  type Target,
} from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { ObjectStore } from '../src/aws/object-store.ts';
import { createBreaker } from '../src/delivery/breaker.ts';
import type { Deliver } from '../src/delivery/deliver.ts';
import type { Delivery, Undelivered } from '../src/delivery/delivery.ts';
import { createFailureLog } from '../src/delivery/failure-log.ts';
import { createPace } from '../src/delivery/pace.ts';
import { createPark } from '../src/parking/park.ts';
import type { QueueMessage, Queues } from '../src/parking/queues.ts';
import type { Shipment } from '../src/records/pack.ts';
import { type Letter, readLetter } from '../src/retry-queue/letter.ts';
import { createParkedBatchHandler } from '../src/retry-queue/parked-batch.ts';
import { createRepost } from '../src/retry-queue/repost.ts';
import { createResend } from '../src/retry-queue/resend.ts';
import { createWaitingObjects } from '../src/retry-queue/waiting-objects.ts';
import {
  collectingLog,
  collectingMetrics,
  countTimers,
  fakeClock,
  flightLimit,
  invocationContext,
  kinesisRecords,
  sqsRecord,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';

export const reader = target({ onFailure: 'park', invocation: 'request-response' });
export const route: StoredRoute = storedRoute({ targets: [reader] });

/** A message as the handler finds it in the queue, parked for the first time unless the facts say otherwise. */
export function parkedBody(
  records: readonly KinesisStreamRecord[] = kinesisRecords(2),
  facts: Partial<ParkedFacts> = {},
): string {
  return encodeParkedRecords(
    factsOf(records, facts),
    records.map((record) => JSON.stringify(record)),
  );
}

export function referenceBody(key: string, count: number, facts: Partial<ParkedFacts> = {}): string {
  return encodeParkedReference(factsOf([], facts), count, key);
}

/** The same as it is read. */
export function letterOf(
  facts: Partial<ParkedFacts> = {},
  records: readonly KinesisStreamRecord[] = kinesisRecords(2),
): Letter {
  return readBody(parkedBody(records, facts));
}

/** A letter whose records an object of the failure bucket holds. */
export function referenceOf(key: string, count: number, facts: Partial<ParkedFacts> = {}): Letter {
  return readBody(referenceBody(key, count, facts));
}

function readBody(body: string): Letter {
  const letter = readLetter(sqsRecord(body), Date.parse('2026-01-01T00:00:00Z'));
  if (letter === undefined) throw new Error('The message holds no parked records');
  return letter;
}

function factsOf(records: readonly KinesisStreamRecord[], facts: Partial<ParkedFacts>): ParkedFacts {
  return {
    route: 'orders',
    streamArn,
    target: reader.functionArn,
    shardId: 'shardId-000000000000',
    firstSequenceNumber: records.at(0)?.kinesis.sequenceNumber ?? '',
    lastSequenceNumber: records.at(-1)?.kinesis.sequenceNumber ?? '',
    failure: 'unavailable',
    reason: 'down',
    attempts: 0,
    parkedAt: '2026-01-01T00:00:00.000Z',
    ...facts,
  };
}

/** The real modules of the retry path, with a target, queues and a bucket in memory. */
export function retryPath(
  options: {
    route?: StoredRoute | Error;
    /** What is found where the route is read anew; by default the same. */
    fresh?: StoredRoute | 'unreadable';
    random?: number;
  } = {},
) {
  const { random = 0 } = options;
  const { clock, timers } = countTimers(fakeClock());
  const { log, entries } = collectingLog();
  const { metrics, targets, counts, flushed } = collectingMetrics();
  const breaker = createBreaker(clock.now, () => 0);
  const pace = createPace(clock.now);
  const sent: QueueMessage[] = [];
  const stored = new Map<string, string>();
  const delivered: string[][] = [];
  const fails = { queue: false, put: false, get: false, delete: false };
  let answer: (ids: readonly string[]) => Undelivered[] = () => [];

  const receivers: string[] = [];
  const deliveries: { delivery: Delivery; target: Target; shipment: Shipment }[] = [];
  const deliver: Deliver = async (delivery, to, shipment) => {
    const { items } = shipment;
    deliveries.push({ delivery, target: to, shipment });
    receivers.push(to.functionArn);
    delivered.push(items.map(({ sequenceNumber }) => sequenceNumber));
    return { undelivered: answer(items.map(({ sequenceNumber }) => sequenceNumber)), invokeLatency: [] };
  };
  const queues: Queues = {
    async send(message) {
      if (fails.queue) throw new Error('the queue is down');
      sent.push(message);
    },
    deadLetterQueueOf: async () => 'arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-dead-letters',
  };
  const unless = (isDown: boolean) => {
    if (isDown) throw new Error('the bucket is down');
  };
  const objects: ObjectStore = {
    async put(key, body) {
      unless(fails.put);
      stored.set(key, body);
    },
    async get(key) {
      unless(fails.get);
      return stored.get(key);
    },
    async delete(key) {
      unless(fails.delete);
      stored.delete(key);
    },
  };
  const park = createPark({
    queues,
    objects,
    flight: flightLimit(),
    log,
    metrics,
    now: clock.now,
    random: () => random,
  });
  const repost = createRepost({ queues, park, log, clock, random: () => random });
  const waiting = createWaitingObjects({ objects, log });
  const failures = createFailureLog({ log, now: clock.now });
  const resend = createResend({ deliver, park, repost, waiting, breaker, pace, metrics, failures, clock });
  const found = options.route ?? route;
  const handle = createParkedBatchHandler({
    routes: {
      get: async () => {
        if (found instanceof Error) throw found;
        return found;
      },
      getFresh: async () => {
        const fresh = options.fresh ?? found;
        return fresh === 'unreadable' || fresh instanceof Error ? undefined : fresh;
      },
    },
    resend,
    repost,
    queues,
    metrics,
    log,
    failures,
    clock,
  });
  /** When SQS gave the messages out, by its own clock, epoch ms. */
  const receivedAt = { value: 0 };
  const receive = async (...bodies: string[]) => {
    const messages = bodies.map((body, index) => {
      const record = sqsRecord(body, { messageId: `message-${index}` });
      const ApproximateFirstReceiveTimestamp = String(receivedAt.value);
      return { ...record, attributes: { ...record.attributes, ApproximateFirstReceiveTimestamp } };
    });
    const { batchItemFailures } = await handle(messages, invocationContext());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  /** What was sent, as it is read from a queue. */
  const letters = () =>
    sent.map(({ queueUrl, body, delaySeconds }) => {
      const { records, ...facts } = decodeParkedRecords(body) ?? { records: [] };
      const numbers = records.map((record) => (record as KinesisStreamRecord).kinesis.sequenceNumber);
      return { queue: queueUrl.replace(/.*-orders-/, ''), delaySeconds, numbers, ...facts };
    });
  return {
    park,
    repost,
    resend,
    waiting,
    receive,
    receivedAt,
    letters,
    sent,
    stored,
    delivered,
    /** ARNs of the functions that were called. */
    receivers,
    deliveries,
    fails,
    clock,
    breaker,
    pace,
    targets,
    counts,
    flushed,
    timers,
    entries,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
  };
}

export function undelivered(
  first: number,
  count: number,
  failureClass: Undelivered['failure']['class'],
  calls = 1,
): Undelivered {
  return { first, count, failure: { class: failureClass, reason: 'why' }, calls };
}
