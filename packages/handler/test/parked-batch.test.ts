import { decodeParkedRecords, encodeParkedRecords, type ParkedFacts, type StoredRoute } from '@xacct/core';
import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Deliver, Delivery, Undelivered } from '../src/deliver.ts';
import type { FailureClass } from '../src/failure-class.ts';
import type { Item, Shipment } from '../src/pack.ts';
import type { Park, Parking } from '../src/park.ts';
import { createParkedBatchHandler } from '../src/parked-batch.ts';
import type { QueueMessage } from '../src/queues.ts';
import { RouteError } from '../src/route-store.ts';
import {
  collectingLog,
  collectingMetrics,
  invocationContext,
  kinesisRecord,
  kinesisRecords,
  sqsRecord,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';

const one = target({ account: '222222222222', onFailure: 'park' });
const other = target({ account: '333333333333', onFailure: 'park' });
const { functionArn } = one;

function facts(options: Partial<ParkedFacts> = {}): ParkedFacts {
  return {
    route: 'orders',
    streamArn,
    target: functionArn,
    shardId: 'shardId-000000000000',
    firstSequenceNumber: '1',
    lastSequenceNumber: '3',
    failure: 'throttled',
    reason: 'TooManyRequestsException: Rate exceeded',
    attempts: 1,
    parkedAt: '2026-01-01T00:00:00.000Z',
    ...options,
  };
}

/** A message with `count` records. */
function message(
  options: { count?: number; messageId?: string; receiveCount?: number } & Partial<ParkedFacts> = {},
): SQSRecord {
  const { count = 3, messageId, receiveCount, ...others } = options;
  const texts = kinesisRecords(count).map((record) => JSON.stringify(record));
  const received = { ...(messageId && { messageId }), ...(receiveCount && { receiveCount }) };
  return sqsRecord(encodeParkedRecords(facts(others), texts), received);
}

function undelivered(first: number, count: number, failureClass: FailureClass = 'throttled'): Undelivered {
  return { first, count, failure: { class: failureClass, reason: 'reason' } };
}

interface Parked {
  records: string[];
  attempts: number;
  delaySeconds: number;
}

function setUp(
  options: {
    /** What targets do not take, by their functions. */
    answers?: Record<string, Undelivered[]>;
    route?: StoredRoute | RouteError;
    unparkable?: boolean;
    sqsFails?: boolean;
    random?: number;
  } = {},
) {
  const { route = storedRoute({ targets: [one, other] }), answers = {}, random = 0 } = options;
  const delivered: [string, string[]][] = [];
  const deliveries: { delivery: Delivery; shipment: Shipment }[] = [];
  const deliver: Deliver = async (delivery, { functionArn: arn }, shipment) => {
    delivered.push([arn, numbersOf(shipment.items)]);
    deliveries.push({ delivery, shipment });
    return { undelivered: answers[arn] ?? [], invokeLatency: [5] };
  };
  const parked: Parked[] = [];
  const parkings: Parking[] = [];
  const park: Park = async (parking, _, items, ranges) => {
    const { attempts, delaySeconds } = parking;
    parkings.push(parking);
    for (const { first, count } of ranges) {
      const records = numbersOf(items.slice(first, first + count));
      expect(records).toHaveLength(count);
      parked.push({ records, attempts, delaySeconds });
    }
    return options.unparkable ? ranges.slice(0, 1) : [];
  };
  const sent: QueueMessage[] = [];
  const hidden: { queueUrl: string; receiptHandle: string; seconds: number }[] = [];
  const fail = () => {
    if (options.sqsFails) throw new Error('SQS is out');
  };
  const { log, entries } = collectingLog();
  const { metrics, targets, flushed } = collectingMetrics();
  const handler = createParkedBatchHandler({
    routes: {
      get: async () => {
        if (route instanceof RouteError) throw route;
        return route;
      },
    },
    deliver,
    park,
    queues: {
      send: async (queued) => {
        fail();
        sent.push(queued);
      },
      hide: async (received, seconds) => {
        fail();
        hidden.push({ ...received, seconds });
      },
    },
    metrics,
    log,
    random: () => random,
  });
  const handle = async (...messages: SQSRecord[]) => {
    const { batchItemFailures } = await handler(messages, invocationContext());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { handle, delivered, deliveries, parked, parkings, sent, hidden, entries, targets, flushed };
}

function numbersOf(items: readonly Item[]): string[] {
  return items.map(({ sequenceNumber }) => sequenceNumber);
}

describe('createParkedBatchHandler', () => {
  test('sends the records to the one target that lacks them, as they were', async () => {
    const { handle, delivered, targets } = setUp();

    expect(await handle(message())).toEqual([]);

    expect(delivered).toEqual([[functionArn, ['1', '2', '3']]]);
    expect(targets).toEqual([
      {
        route: 'orders',
        target: functionArn,
        recordsIn: 3,
        delivered: 3,
        filtered: 0,
        parked: 0,
        failed: 0,
        invokeLatency: [5],
      },
    ]);
  });

  test('tells how long there is, and for which route, to those who send and to those who park', async () => {
    const { handle, deliveries, parkings } = setUp({ answers: { [functionArn]: [undelivered(1, 2)] } });

    await handle(message());

    const [{ delivery, shipment } = {}] = deliveries;
    expect(delivery?.route).toBe('orders');
    expect(delivery?.deadline.send).toBeInstanceOf(AbortSignal);
    expect(parkings).toMatchObject([{ route: { name: 'orders' }, streamArn, requestId: 'request-1' }]);
    expect(parkings[0]?.deadline).toBe(delivery?.deadline);
    // For one target alone, a payload does not stay in memory.
    const [chunk] = shipment?.chunks(1_000_000) ?? [];
    expect(chunk?.payload()).not.toBe(chunk?.payload());
  });

  test('writes what it counted, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { handle, flushed } = setUp();

    await handle(message());

    expect(flushed).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('sends what the target was parked for, whatever its filter says by now', async () => {
    const filtered = { ...one, filter: { data: { none: ['such'] } } };
    const { handle, delivered } = setUp({ route: storedRoute({ targets: [filtered] }) });

    await handle(message());

    expect(delivered).toEqual([[functionArn, ['1', '2', '3']]]);
  });

  describe('with records that fail again', () => {
    const answers = { [functionArn]: [undelivered(0, 3)] };

    test('leaves them in their message, and hides it for longer', async () => {
      const { handle, hidden, parked, targets, entries } = setUp({ answers });

      expect(await handle(message({ messageId: 'm1', receiveCount: 3 }))).toEqual(['m1']);

      expect(hidden).toEqual([
        {
          queueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry',
          receiptHandle: 'receipt of m1',
          seconds: 240,
        },
      ]);
      expect(parked).toEqual([]);
      expect(targets).toMatchObject([{ recordsIn: 3, delivered: 0, parked: 0, failed: 3 }]);
      expect(entries()).toEqual([
        {
          level: 'error',
          message: 'A target did not take parked records',
          requestId: 'request-1',
          messageId: 'm1',
          route: 'orders',
          target: functionArn,
          class: 'throttled',
          reason: 'reason',
          records: 3,
          attempts: 4,
        },
      ]);
    });

    test('hides them twice as long each time, up to 15 minutes', async () => {
      const { handle, hidden } = setUp({ answers });
      for (let receiveCount = 1; receiveCount <= 7; receiveCount++) await handle(message({ receiveCount }));

      expect(hidden.map(({ seconds }) => seconds)).toEqual([60, 120, 240, 480, 900, 900, 900]);
    });

    test('counts on from the attempts before the message', async () => {
      const { handle, hidden } = setUp({ answers });
      await handle(message({ attempts: 3, receiveCount: 1 }));

      expect(hidden.map(({ seconds }) => seconds)).toEqual([240]);
    });

    test('spreads the delays, by up to a half', async () => {
      const { handle, hidden } = setUp({ answers, random: 1 });
      await handle(message({ receiveCount: 20 }));

      expect(hidden.map(({ seconds }) => seconds)).toEqual([450]);
    });

    test('lets them come again by themselves when they cannot be hidden', async () => {
      const { handle, entries } = setUp({ answers, sqsFails: true });

      expect(await handle(message({ messageId: 'm1' }))).toEqual(['m1']);
      expect(entries().at(-1)).toMatchObject({
        message: 'A message could not be hidden for longer; it comes again by itself',
      });
    });
  });

  test('parks what a target does not take of a message, and is done with the message', async () => {
    const { handle, parked, hidden, targets } = setUp({ answers: { [functionArn]: [undelivered(1, 2)] } });

    expect(await handle(message({ attempts: 2, receiveCount: 2 }))).toEqual([]);

    expect(parked).toEqual([{ records: ['2', '3'], attempts: 4, delaySeconds: 240 }]);
    expect(hidden).toEqual([]);
    expect(targets).toMatchObject([{ recordsIn: 3, delivered: 1, parked: 2, failed: 0 }]);
  });

  test('keeps the time at which the records were first parked', async () => {
    const { handle, parkings } = setUp({ answers: { [functionArn]: [undelivered(1, 2)] } });
    await handle(message({ parkedAt: '2026-01-01T12:34:56.000Z' }));

    expect(parkings.map(({ parkedAt }) => parkedAt)).toEqual(['2026-01-01T12:34:56.000Z']);
  });

  test('isolates the record that a function reports', async () => {
    const { handle, parked } = setUp({ answers: { [functionArn]: [undelivered(1, 4, 'reported')] } });

    expect(await handle(message({ count: 5 }))).toEqual([]);
    expect(parked.map(({ records }) => records)).toEqual([['2'], ['3', '4', '5']]);
  });

  test('halves records that a function fails on', async () => {
    const { handle, parked } = setUp({ answers: { [functionArn]: [undelivered(0, 5, 'function-error')] } });

    expect(await handle(message({ count: 5 }))).toEqual([]);
    expect(parked.map(({ records }) => records)).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
  });

  test.for(['reported', 'function-error'] as const)(
    'leaves a single record in its message (%s)',
    async (failureClass) => {
      const { handle, parked } = setUp({ answers: { [functionArn]: [undelivered(0, 1, failureClass)] } });

      expect(await handle(message({ count: 1, messageId: 'm1' }))).toEqual(['m1']);
      expect(parked).toEqual([]);
    },
  );

  test('brings any poison record to a message of its own, and every other record to its target', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.boolean(),
        async (count, at, reports) => {
          const poison = String((at % count) + 1);
          const taken: string[] = [];
          let queue = [kinesisRecords(count).map(({ kinesis }) => kinesis.sequenceNumber)];
          let rounds = 0;
          while (queue.some((numbers) => numbers.length > 1 || numbers[0] !== poison)) {
            rounds += 1;
            const next: string[][] = [];
            for (const numbers of queue) {
              const from = reports ? numbers.indexOf(poison) : numbers.includes(poison) ? 0 : -1;
              const failures =
                from === -1
                  ? []
                  : [undelivered(from, numbers.length - from, reports ? 'reported' : 'function-error')];
              const { handle, parked } = setUp({ answers: { [functionArn]: failures } });
              const texts = numbers.map((sequenceNumber) =>
                JSON.stringify(kinesisRecord({ sequenceNumber })),
              );
              const failed = await handle(sqsRecord(encodeParkedRecords(facts(), texts)));
              taken.push(...(from === -1 ? numbers : numbers.slice(0, from)));
              next.push(...(failed.length > 0 ? [numbers] : parked.map(({ records }) => records)));
            }
            queue = next;
          }
          expect(queue).toEqual([[poison]]);
          expect(taken.length).toBe(count - 1);
          expect(new Set(taken).size).toBe(count - 1);
          expect(rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(count)) + 2);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('keeps the message when a part of it cannot be parked', async () => {
    const { handle, targets } = setUp({ answers: { [functionArn]: [undelivered(1, 2)] }, unparkable: true });

    expect(await handle(message({ messageId: 'm1' }))).toEqual(['m1']);
    expect(targets).toMatchObject([{ recordsIn: 3, delivered: 1, parked: 0, failed: 2 }]);
  });

  test('puts aside what no invocation can carry', async () => {
    const { handle, parked } = setUp({ answers: { [functionArn]: [undelivered(0, 1, 'too-large')] } });

    expect(await handle(message({ count: 1 }))).toEqual([]);
    expect(parked).toMatchObject([{ records: ['1'] }]);
  });

  describe('with a target that is no longer routed', () => {
    const route = storedRoute({ targets: [other] });

    test('dead-letters the message at once, with that reason and all of its records', async () => {
      const { handle, sent, delivered, targets, entries } = setUp({ route });

      expect(await handle(message({ receiveCount: 2 }))).toEqual([]);

      expect(delivered).toEqual([]);
      expect(sent).toEqual([
        { queueUrl: route.deadLetterQueueUrl, body: expect.any(String), target: functionArn },
      ]);
      expect(decodeParkedRecords(sent[0]?.body ?? '')).toEqual({
        ...facts({
          failure: 'not-routed',
          reason: `Route "orders" no longer has the target ${functionArn}`,
          attempts: 3,
        }),
        count: 3,
        records: kinesisRecords(3),
      });
      expect(targets).toMatchObject([
        { recordsIn: 3, delivered: 0, parked: 3, failed: 0, invokeLatency: [] },
      ]);
      expect(entries()).toEqual([
        {
          level: 'error',
          message: 'Parked records were dead-lettered',
          requestId: 'request-1',
          route: 'orders',
          target: functionArn,
          records: 3,
          reason: `Route "orders" no longer has the target ${functionArn}`,
        },
      ]);
    });

    test('keeps the message where the dead-letter queue does not take it', async () => {
      const { handle } = setUp({ route, sqsFails: true });

      expect(await handle(message({ messageId: 'm1' }))).toEqual(['m1']);
    });
  });

  test('keeps a message whose route cannot be read', async () => {
    const { handle, hidden, entries } = setUp({ route: new RouteError('no route') });

    expect(await handle(message({ messageId: 'm1' }))).toEqual(['m1']);
    expect(hidden).toHaveLength(1);
    expect(entries()).toMatchObject([
      { message: 'Parked records could not be sent again', messageId: 'm1', reason: 'RouteError: no route' },
    ]);
  });

  test.for(['', 'text', '{"xacct":"parked/9"}'])(
    'reports %j, which holds no parked records, and goes on',
    async (body) => {
      const { handle, delivered, hidden, entries } = setUp();

      expect(await handle(sqsRecord(body, { messageId: 'bad' }), message({ messageId: 'good' }))).toEqual([
        'bad',
      ]);

      expect(delivered).toHaveLength(1);
      expect(hidden).toEqual([]);
      expect(entries()).toMatchObject([{ message: 'A message holds no parked records', messageId: 'bad' }]);
    },
  );

  test('reports only the messages that failed', async () => {
    const { handle } = setUp({ answers: { [other.functionArn]: [undelivered(0, 3)] } });

    const failed = await handle(
      message({ messageId: 'm1' }),
      message({ messageId: 'm2', target: other.functionArn }),
      message({ messageId: 'm3' }),
    );

    expect(failed).toEqual(['m2']);
  });

  test('sends the messages of one target one after another, those of several side by side', async () => {
    const underWay = new Map<string, number>();
    let most = 0;
    const { promise: bothBegun, resolve } = Promise.withResolvers<void>();
    const handler = createParkedBatchHandler({
      routes: { get: async () => storedRoute({ targets: [one, other] }) },
      deliver: async (_, { functionArn: arn }) => {
        underWay.set(arn, (underWay.get(arn) ?? 0) + 1);
        most = Math.max(most, ...underWay.values());
        if (underWay.size === 2) resolve();
        await bothBegun;
        underWay.set(arn, (underWay.get(arn) ?? 0) - 1);
        return { undelivered: [], invokeLatency: [] };
      },
      park: async () => [],
      queues: { send: async () => {}, hide: async () => {} },
      metrics: collectingMetrics().metrics,
      log: collectingLog().log,
    });

    const messages = [
      message(),
      message(),
      message({ target: other.functionArn }),
      message({ target: other.functionArn }),
    ];

    expect(await handler(messages, invocationContext())).toEqual({ batchItemFailures: [] });
    expect(most).toBe(1);
  });
});
