import {
  decodeParkedRecords,
  encodeParkedRecords,
  limits,
  type ParkedRecords,
  queueUrl,
  type StoredRoute,
} from '@xacct/core';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type Clock, systemClock } from './clock.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { Deliver, Undelivered } from './deliver.ts';
import type { InvocationContext } from './handle-event.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createShipment, toItems } from './pack.ts';
import type { Park } from './park.ts';
import type { Queues } from './queues.ts';
import type { RouteStore } from './route-store.ts';
import type { StreamRecord } from './stream-event.ts';

export type ParkedBatchHandler = (
  messages: readonly SQSRecord[],
  context: InvocationContext,
) => Promise<SQSBatchResponse>;

interface Message {
  received: SQSRecord;
  parked: ParkedRecords;
  deadline: Deadline;
  requestId: string;
}

const FIRST_DELAY_SECONDS = 30;

/**
 * Sends parked records to the one target that lacks them. What fails again comes back later and later; after its last
 * receive the queue itself moves it to the dead-letter queue.
 */
export function createParkedBatchHandler(options: {
  routes: RouteStore;
  deliver: Deliver;
  park: Park;
  queues: Queues;
  metrics: Metrics;
  log: Log;
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}): ParkedBatchHandler {
  const { routes, deliver, park, queues, metrics, log, clock = systemClock, random = Math.random } = options;

  /** Whether the message is done with: its records are delivered, or kept elsewhere. */
  async function resend(message: Message): Promise<boolean> {
    const { parked, deadline, requestId } = message;
    const route = await routes.get(parked.streamArn);
    const target = route.targets.find(({ functionArn }) => functionArn === parked.target);
    const counted = { recordsIn: parked.count, delivered: 0, filtered: 0, parked: 0, failed: 0 };
    if (target === undefined) {
      await deadLetter(message, route);
      metrics.addTarget(route.name, parked.target, { ...counted, parked: parked.count, invokeLatency: [] });
      return true;
    }

    const items = toItems(parked.records as StreamRecord[]);
    const delivery = { route: route.name, deadline };
    const { undelivered, invokeLatency } = await deliver(delivery, target, createShipment(items, false));
    const lacking = countOf(undelivered);
    const parts = undelivered.flatMap(isolate);
    const attempts = parked.attempts + receiveCount(message.received);
    let failed = lacking;
    const [first] = undelivered;
    if (first !== undefined) {
      log.error('A target did not take parked records', {
        requestId,
        messageId: message.received.messageId,
        route: route.name,
        target: target.functionArn,
        class: first.failure.class,
        reason: first.failure.reason,
        records: lacking,
        attempts,
      });
      // The same records again stay in their message, which counts how often it was received.
      if (parts.length > 1 || lacking < items.length || first.failure.class === 'too-large') {
        const { streamArn, parkedAt } = parked;
        const again = { streamArn, parkedAt, deadline, requestId, attempts };
        const unparked = await park(
          { ...again, route, delaySeconds: delaySeconds(attempts, random()) },
          target,
          items,
          parts,
        );
        // What could be kept comes twice then, once more with its message.
        if (unparked.length === 0) failed = 0;
      }
    }
    metrics.addTarget(route.name, target.functionArn, {
      ...counted,
      delivered: items.length - lacking,
      parked: lacking - failed,
      failed,
      invokeLatency,
    });
    return failed === 0;
  }

  async function deadLetter(
    { parked, received, deadline, requestId }: Message,
    route: StoredRoute,
  ): Promise<void> {
    const { records, count: _, ...facts } = parked;
    const reason = `Route "${route.name}" no longer has the target ${parked.target}`;
    const body = encodeParkedRecords(
      { ...facts, failure: 'not-routed', reason, attempts: parked.attempts + receiveCount(received) },
      records.map((record) => JSON.stringify(record)),
    );
    await queues.send({ queueUrl: route.deadLetterQueueUrl, body, target: parked.target }, deadline.park);
    log.error('Parked records were dead-lettered', {
      requestId,
      route: route.name,
      target: parked.target,
      records: parked.count,
      reason,
    });
  }

  /** Keeps a message that failed away for longer each time. */
  async function hide(message: Message): Promise<void> {
    const { parked, received, deadline } = message;
    const seconds = delaySeconds(parked.attempts + receiveCount(received), random());
    const { receiptHandle, eventSourceARN } = received;
    await queues.hide({ queueUrl: queueUrlOf(eventSourceARN), receiptHandle }, seconds, deadline.park);
  }

  /** The messages of one target one after another, as its chunks. */
  async function handleInTurn(messages: readonly Message[]): Promise<string[]> {
    const failed: string[] = [];
    for (const message of messages) {
      const { messageId } = message.received;
      const warn = (text: string) => (error: Error) => {
        log.error(text, {
          requestId: message.requestId,
          messageId,
          reason: `${error.name}: ${error.message}`,
        });
        return false;
      };
      const done = await resend(message).catch(warn('Parked records could not be sent again'));
      if (done) continue;
      await hide(message).catch(warn('A message could not be hidden for longer; it comes again by itself'));
      failed.push(messageId);
    }
    return failed;
  }

  return async (messages, context) => {
    const deadline = createDeadline(context.getRemainingTimeInMillis(), clock);
    const requestId = context.awsRequestId;
    const readable: Message[] = [];
    const failed: string[] = [];
    for (const received of messages) {
      const parked = decodeParkedRecords(received.body);
      if (parked !== undefined) readable.push({ received, parked, deadline, requestId });
      else {
        // Nothing tells its route; after its last receive it stands in the dead-letter queue as it is.
        log.error('A message holds no parked records', { requestId, messageId: received.messageId });
        failed.push(received.messageId);
      }
    }
    try {
      const byTarget = Map.groupBy(readable, ({ parked }) => parked.target);
      const outcomes = await Promise.all(Array.from(byTarget.values(), handleInTurn));
      failed.push(...outcomes.flat());
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    } finally {
      deadline.clear();
      metrics.flush();
    }
  };
}

/**
 * One bad record must not take others to the dead-letter queue: the one that the function named stands alone from then
 * on, and records that it failed on together are halved.
 */
function isolate(range: Undelivered): Undelivered[] {
  const { first, count, failure } = range;
  if (count === 1) return [range];
  const head = { reported: 1, 'function-error': Math.ceil(count / 2) }[failure.class as string];
  if (head === undefined) return [range];
  return [
    { ...range, count: head },
    { ...range, first: first + head, count: count - head },
  ];
}

/** Twice as long each time, up to 15 minutes, less up to a half at random. */
function delaySeconds(attempts: number, random: number): number {
  const longest = Math.min(limits.sqs.delaySeconds, FIRST_DELAY_SECONDS * 2 ** (attempts - 1));
  return Math.round(longest * (1 - random / 2));
}

function queueUrlOf(arn: string): string {
  const [, partition = '', , region = '', account = '', name = ''] = arn.split(':');
  return queueUrl({ partition, region, account }, name);
}

function receiveCount({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount);
}

function countOf(ranges: readonly Undelivered[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}
