import type { StoredRoute, Target } from '@xacct/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Deliver, Delivery, Undelivered } from '../src/deliver.ts';
import { createDeliveryMemory } from '../src/delivery-memory.ts';
import type { FailureClass } from '../src/failure-class.ts';
import type { Item, Shipment } from '../src/pack.ts';
import type { Park, Parking } from '../src/park.ts';
import { RouteError, type RouteStore } from '../src/route-store.ts';
import { createStreamBatchHandler } from '../src/stream-batch.ts';
import {
  collectingLog,
  collectingMetrics,
  invocationContext,
  kinesisEvent,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';
import { aggregateByLibrary } from './kpl.ts';

const accounts = ['222222222222', '333333333333', '444444444444'];
const [first = '', second = '', third = ''] = accounts;

type Answers = Record<string, Undelivered[]>;

function undelivered(from: number, count: number, failureClass: FailureClass = 'throttled'): Undelivered {
  return { first: from, count, failure: { class: failureClass, reason: 'reason' } };
}

/** Targets in all accounts; what they do not take is told by account, for the next batch. */
function setUp(
  options: { route?: Partial<StoredRoute>; target?: Partial<Target>; unparkable?: boolean } = {},
) {
  const route = storedRoute({
    targets: accounts.map((account) => target({ account, ...options.target })),
    ...options.route,
  });
  const answers: Answers = {};
  const askedFor: string[] = [];
  const routes: RouteStore = {
    get: async (arn) => {
      askedFor.push(arn);
      return route;
    },
  };
  const deliveries: { account: string; delivery: Delivery; shipment: Shipment }[] = [];
  const deliver: Deliver = async (delivery, { account }, shipment) => {
    deliveries.push({ account, delivery, shipment });
    return { undelivered: answers[account] ?? [], invokeLatency: [5] };
  };
  const parkings: { account: string; parking: Parking; records: string[]; ranges: readonly Undelivered[] }[] =
    [];
  const park: Park = async (parking, { account }, items, ranges) => {
    const records = ranges.flatMap((range) => numbersOf(items.slice(range.first, range.first + range.count)));
    if (ranges.length > 0) parkings.push({ account, parking, records, ranges });
    return options.unparkable ? [...ranges] : [];
  };
  const { log, entries } = collectingLog();
  const { metrics, targets, flushed } = collectingMetrics();
  const memory = createDeliveryMemory();
  const handler = createStreamBatchHandler({
    routes,
    deliver,
    park,
    memory,
    metrics,
    log,
  });
  /** Handles a batch; what each target was sent of it, by account. */
  const handle = async (records: unknown[]) => {
    deliveries.length = 0;
    parkings.length = 0;
    targets.length = 0;
    const response = await handler({ Records: records }, invocationContext());
    const sent = Object.fromEntries(
      deliveries.map(({ account, shipment }) => [account, numbersOf(shipment.items)]),
    );
    return { response, sent };
  };
  return { answers, askedFor, deliveries, parkings, targets, flushed, entries, memory, handle, route };
}

function numbersOf(items: readonly Item[]): string[] {
  return items.map(({ sequenceNumber }) => sequenceNumber);
}

const nothing = { batchItemFailures: [] };
const from = (itemIdentifier: string) => ({ batchItemFailures: [{ itemIdentifier }] });

describe('createStreamBatchHandler', () => {
  test('delivers the batch to every target of the route of its stream', async () => {
    const { handle, askedFor } = setUp();

    const { response, sent } = await handle(kinesisRecords(3));

    expect(response).toEqual(nothing);
    expect(askedFor).toEqual([streamArn]);
    expect(sent).toEqual({ [first]: ['1', '2', '3'], [second]: ['1', '2', '3'], [third]: ['1', '2', '3'] });
  });

  test('packs a batch once for all targets that get the whole of it', async () => {
    const { handle, deliveries } = setUp();

    await handle(kinesisRecords(3));

    expect(new Set(deliveries.map(({ shipment }) => shipment)).size).toBe(1);
    const [chunk] = deliveries[0]?.shipment.chunks(1_000_000) ?? [];
    expect(chunk?.payload()).toBe(chunk?.payload());
  });

  test('tells how long there is, and for which route, to those who send and to those who park', async () => {
    const { handle, answers, deliveries, parkings, route } = setUp({ target: { onFailure: 'park' } });
    answers[first] = [undelivered(0, 1)];

    await handle(kinesisRecords(1));

    const [{ delivery } = {}, { delivery: another } = {}] = deliveries;
    expect(delivery?.route).toBe('orders');
    expect(delivery?.deadline.send).toBeInstanceOf(AbortSignal);
    expect(another?.deadline).toBe(delivery?.deadline);
    const [{ parking } = {}] = parkings;
    expect(parking).toMatchObject({
      route,
      streamArn,
      requestId: 'request-1',
      attempts: 1,
      delaySeconds: 30,
    });
    expect(parking?.deadline).toBe(delivery?.deadline);
  });

  test('writes what it counted, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { handle, flushed } = setUp();

    await handle(kinesisRecords(1));

    expect(flushed).toEqual([3]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('begins with every target before any is done', async () => {
    const { route } = setUp();
    const started: string[] = [];
    const { promise: allStarted, resolve } = Promise.withResolvers<void>();
    const handler = createStreamBatchHandler({
      routes: { get: async () => route },
      deliver: async (_, { account }) => {
        started.push(account);
        if (started.length === accounts.length) resolve();
        await allStarted;
        return { undelivered: [], invokeLatency: [] };
      },
      park: async () => [],
      memory: createDeliveryMemory(),
      metrics: collectingMetrics().metrics,
      log: collectingLog().log,
    });

    expect(await handler(kinesisEvent(kinesisRecords(1)), invocationContext())).toEqual(nothing);
  });

  test('handles a batch of a DynamoDB stream, by the sequence numbers of its records', async () => {
    const { handle, askedFor, answers } = setUp();
    answers[second] = [undelivered(1, 2)];
    const eventSourceARN =
      'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
    const records = ['7', '8', '9'].map((SequenceNumber) => ({
      eventID: `event ${SequenceNumber}`,
      dynamodb: { SequenceNumber, NewImage: { id: { S: SequenceNumber } } },
      eventSourceARN,
    }));

    const { response } = await handle(records);

    expect(response).toEqual(from('8'));
    expect(askedFor).toEqual([eventSourceARN]);
  });

  test('lets an invocation fail whose route is not known', async () => {
    const handler = createStreamBatchHandler({
      routes: { get: () => Promise.reject(new RouteError('no route')) },
      deliver: async () => ({ undelivered: [], invokeLatency: [] }),
      park: async () => [],
      memory: createDeliveryMemory(),
      metrics: collectingMetrics().metrics,
      log: collectingLog().log,
    });

    await expect(handler(kinesisEvent(kinesisRecords(1)), invocationContext())).rejects.toThrow(
      new RouteError('no route'),
    );
  });

  describe('where failed records are parked', () => {
    const parking = { target: { onFailure: 'park' } } as const;

    test('parks exactly what a target does not have, and reports nothing', async () => {
      const { handle, answers, parkings } = setUp(parking);
      answers[second] = [undelivered(1, 2), undelivered(4, 1)];

      const { response } = await handle(kinesisRecords(6));

      expect(response).toEqual(nothing);
      expect(parkings).toMatchObject([{ account: second, records: ['2', '3', '5'] }]);
    });

    test('reports what cannot be parked', async () => {
      const { handle, answers, targets } = setUp({ ...parking, unparkable: true });
      answers[second] = [undelivered(3, 2)];
      answers[third] = [undelivered(1, 1)];

      expect((await handle(kinesisRecords(6))).response).toEqual(from('2'));
      expect(targets).toMatchObject([
        { recordsIn: 6, delivered: 6, parked: 0, failed: 0 },
        { recordsIn: 6, delivered: 4, parked: 0, failed: 2 },
        { recordsIn: 6, delivered: 5, parked: 0, failed: 1 },
      ]);
    });

    test('does not send or park again what was parked when the batch comes again for others', async () => {
      const { handle, answers, parkings } = setUp({
        route: {
          targets: [
            target({ account: first, onFailure: 'park' }),
            target({ account: second, onFailure: 'block' }),
          ],
        },
      });
      answers[first] = [undelivered(0, 3)];
      answers[second] = [undelivered(0, 3)];
      await handle(kinesisRecords(3));
      expect(parkings).toHaveLength(1);

      answers[first] = [];
      answers[second] = [];
      const { sent } = await handle(kinesisRecords(3));

      expect(sent).toEqual({ [first]: [], [second]: ['1', '2', '3'] });
    });
  });

  describe('where the stream waits', () => {
    test('reports only the lowest failed sequence number', async () => {
      const { handle, answers, parkings } = setUp();
      answers[first] = [undelivered(2, 2)];
      answers[third] = [undelivered(1, 3)];

      expect((await handle(kinesisRecords(4))).response).toEqual(from('2'));
      expect(parkings).toEqual([]);
    });

    test('reports the first record of a batch that a target has nothing of', async () => {
      const { handle, answers } = setUp();
      answers[second] = [undelivered(0, 4)];

      expect((await handle(kinesisRecords(4))).response).toEqual(from('1'));
    });

    test('sends each target only what it lacks when the stream brings the rest again', async () => {
      const { handle, answers } = setUp();
      answers[first] = [undelivered(2, 2)];
      answers[third] = [undelivered(1, 1)];
      const [, ...rest] = kinesisRecords(4);
      await handle(kinesisRecords(4));

      answers[first] = [];
      answers[third] = [];
      const { sent, response } = await handle(rest);

      expect(response).toEqual(nothing);
      expect(sent).toEqual({ [first]: ['3', '4'], [second]: [], [third]: ['2'] });
    });

    test('remembers nothing of what does not come again', async () => {
      const { handle, answers, memory } = setUp();
      const remember = vi.spyOn(memory, 'remember');
      answers[first] = [undelivered(2, 1)];

      await handle(kinesisRecords(4));

      const remembered = remember.mock.calls.map(([, ids]) => ids.map((id) => id.split(':')[1]));
      expect(remembered).toEqual([['4'], ['3', '4'], ['3', '4']]);
    });

    test('remembers over several retries, and forgets once all is done', async () => {
      const { handle, answers } = setUp();
      answers[first] = [undelivered(0, 3)];
      await handle(kinesisRecords(3));
      const again = await handle(kinesisRecords(3));
      expect(again.sent).toEqual({ [first]: ['1', '2', '3'], [second]: [], [third]: [] });

      answers[first] = [];
      await handle(kinesisRecords(3));
      expect((await handle(kinesisRecords(3))).sent).toEqual({
        [first]: ['1', '2', '3'],
        [second]: ['1', '2', '3'],
        [third]: ['1', '2', '3'],
      });
    });

    test('counts nothing for a target that had all records before', async () => {
      const { handle, answers, targets } = setUp();
      answers[first] = [undelivered(0, 3)];
      await handle(kinesisRecords(3));
      await handle(kinesisRecords(3));

      expect(targets.map(({ recordsIn, failed }) => [recordsIn, failed])).toEqual([
        [3, 3],
        [0, 0],
        [0, 0],
      ]);
    });

    test('does not take what a filter holds back for delivered, when the filter is changed meanwhile', async () => {
      const filtered = target({ account: second, filter: { data: { keep: [true] } } });
      const { handle, answers, route } = setUp({
        route: { targets: [target({ account: first }), filtered] },
      });
      const records = [true, false].map((keep, index) =>
        kinesisRecord({ sequenceNumber: String(index), data: JSON.stringify({ keep }) }),
      );
      answers[first] = [undelivered(0, 2)];
      await handle(records);

      delete filtered.filter;
      expect(route.targets).toContain(filtered);
      expect((await handle(records)).sent[second]).toEqual(['1']);
    });
  });

  describe('with a record that no invocation can carry', () => {
    test('parks it also where the stream waits, and reports the others', async () => {
      const { handle, answers, parkings } = setUp();
      answers[first] = [undelivered(1, 1, 'too-large'), undelivered(3, 1)];

      const { response } = await handle(kinesisRecords(4));

      expect(parkings).toMatchObject([{ account: first, records: ['2'] }]);
      expect(response).toEqual(from('4'));
    });
  });

  describe('with a filter', () => {
    const filter = { data: { type: ['order'] } };
    const records = ['order', 'refund', 'order', 'refund'].map((type, index) =>
      kinesisRecord({ sequenceNumber: String(index + 1), data: JSON.stringify({ type }) }),
    );

    test('sends a target only what matches, and the others everything', async () => {
      const { handle, targets, deliveries } = setUp({
        route: { targets: [target({ account: first, filter }), target({ account: second })] },
      });

      const { sent } = await handle(records);
      // Packed for one target alone, its payload does not stay in memory.
      const [chunk] = deliveries[0]?.shipment.chunks(1_000_000) ?? [];
      expect(chunk?.payload()).not.toBe(chunk?.payload());

      expect(sent).toEqual({ [first]: ['1', '3'], [second]: ['1', '2', '3', '4'] });
      expect(targets).toMatchObject([
        { recordsIn: 4, delivered: 2, filtered: 2 },
        { recordsIn: 4, delivered: 4, filtered: 0 },
      ]);
    });

    test('reports the record that failed, not one beside it', async () => {
      const { handle, answers } = setUp({ route: { targets: [target({ account: first, filter })] } });
      answers[first] = [undelivered(1, 1)];

      expect((await handle(records)).response).toEqual(from('3'));
    });
  });

  describe('with aggregated records', () => {
    const data = aggregateByLibrary(
      ['a', 'b', 'c'].map((partitionKey) => ({ partitionKey, data: Buffer.from(`data of ${partitionKey}`) })),
    );
    const aggregate = kinesisRecord({ sequenceNumber: '5' });
    aggregate.kinesis.data = data.toString('base64');
    const records = [
      kinesisRecord({ sequenceNumber: '4' }),
      aggregate,
      kinesisRecord({ sequenceNumber: '6' }),
    ];

    test('leaves them as they are unless the route says otherwise', async () => {
      const { handle, deliveries } = setUp();

      await handle([aggregate]);

      expect(deliveries[0]?.shipment.items.map(({ record }) => record)).toEqual([aggregate]);
    });

    test('sends the records that they are made of where the route says so', async () => {
      const { handle, sent, deliveries } = await sendTakenApart();

      expect(sent[first]).toEqual(['4', '5', '5', '5', '6']);
      expect(deliveries[0]?.shipment.items.map(({ record }) => record.kinesis?.partitionKey)).toEqual([
        'key',
        'a',
        'b',
        'c',
        'key',
      ]);
      expect((await handle(records)).response).toEqual(nothing);
    });

    test('has the whole record come again for one part, and sends again only the parts that a target lacks', async () => {
      const { handle, answers, deliveries } = await sendTakenApart();
      answers[first] = [undelivered(2, 3)];
      expect((await handle(records)).response).toEqual(from('5'));

      answers[first] = [];
      const { sent } = await handle(records.slice(1));

      expect(sent).toEqual({ [first]: ['5', '5', '6'], [second]: [], [third]: [] });
      expect(deliveries[0]?.shipment.items.map(({ record }) => record.kinesis?.partitionKey)).toEqual([
        'b',
        'c',
        'key',
      ]);
    });

    async function sendTakenApart() {
      const all = setUp({ route: { deaggregate: true } });
      const { sent, response } = await all.handle(records);
      expect(response).toEqual(nothing);
      return { ...all, sent, deliveries: all.deliveries };
    }
  });

  test('counts what became of the records of each target', async () => {
    const { handle, answers, targets } = setUp({
      route: {
        targets: [
          target({ account: first, onFailure: 'park' }),
          target({ account: second, onFailure: 'block' }),
          target({ account: third }),
        ],
      },
    });
    answers[first] = [undelivered(0, 2), undelivered(3, 1)];
    answers[second] = [undelivered(1, 3)];

    await handle(kinesisRecords(4));

    const latency = { invokeLatency: [5] };
    expect(targets.map(({ target: _, route: __, ...counts }) => counts)).toEqual([
      { recordsIn: 4, delivered: 1, filtered: 0, parked: 3, failed: 0, ...latency },
      { recordsIn: 4, delivered: 1, filtered: 0, parked: 0, failed: 3, ...latency },
      { recordsIn: 4, delivered: 4, filtered: 0, parked: 0, failed: 0, ...latency },
    ]);
  });

  test('logs what failed, where, why and what is done about it', async () => {
    const { handle, answers, entries, route } = setUp({ target: { onFailure: 'park' } });
    answers[second] = [undelivered(1, 2)];

    await handle(kinesisRecords(4));

    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'A target did not take records',
        requestId: 'request-1',
        route: 'orders',
        target: route.targets[1]?.functionArn,
        class: 'throttled',
        reason: 'reason',
        records: 2,
        onFailure: 'park',
      },
    ]);
  });
});
