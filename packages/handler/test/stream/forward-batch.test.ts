import type { StoredRoute, Target } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { createBreaker } from '../../src/delivery/breaker.ts';
import type { Deliver } from '../../src/delivery/deliver.ts';
import type { Delivery, Undelivered } from '../../src/delivery/delivery.ts';
import type { FailureClass } from '../../src/delivery/failure-class.ts';
import type { FailedRecords } from '../../src/delivery/failure-log.ts';
import { createPace } from '../../src/delivery/pace.ts';
import { createPatience } from '../../src/delivery/patience.ts';
import { targetKey } from '../../src/delivery/target-key.ts';
import type { Parcel } from '../../src/parking/parcel.ts';
import type { Park, Parking } from '../../src/parking/park.ts';
import type { Item, Shipment } from '../../src/records/pack.ts';
import type { StreamRecord } from '../../src/records/stream-event.ts';
import { type BatchForTargets, createForwardBatch } from '../../src/stream/forward-batch.ts';
import { createShardBatch } from '../../src/stream/shard-batch.ts';
import {
  collectingMetrics,
  deadline,
  fakeClock,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  streamArn,
  target,
} from '../factories.ts';

const parks = target({ onFailure: 'park' });
const blocks = target({ onFailure: 'block' });

function undelivered(
  first: number,
  count: number,
  failureClass: FailureClass = 'throttled',
  calls = 1,
): Undelivered {
  return { first, count, failure: { class: failureClass, reason: 'reason' }, calls };
}

function numbersOf(items: Iterable<Item>): string[] {
  return Array.from(items, ({ sequenceNumber }) => sequenceNumber);
}

interface Answer {
  undelivered?: Undelivered[];
  /** How long the delivery lasts. */
  ms?: number;
}

function setUp(options: { unkept?: readonly string[] } = {}) {
  const clock = fakeClock();
  const breaker = createBreaker(clock.now, () => 0);
  const pace = createPace();
  const answers: Answer[] = [];
  const deliveries: { delivery: Delivery; target: Target; shipment: Shipment }[] = [];
  const deliver: Deliver = async (delivery, to, shipment) => {
    deliveries.push({ delivery, target: to, shipment });
    const { undelivered: lacks = [], ms = 0 } = answers.shift() ?? {};
    clock.advance(ms);
    return { undelivered: lacks, invokeLatency: [5] };
  };
  const parkings: { parking: Parking; parcels: readonly Parcel[] }[] = [];
  const park: Park = async (parking, parcels) => {
    if (parcels.length > 0) parkings.push({ parking, parcels });
    const items = parcels.flatMap((parcel) => parcel.items);
    return new Set(items.filter(({ sequenceNumber }) => options.unkept?.includes(sequenceNumber)));
  };
  const reports: FailedRecords[] = [];
  const failures = { report: (failed: FailedRecords) => reports.push(failed), flush: () => {} };
  const { metrics, targets } = collectingMetrics();
  const forward = createForwardBatch({ deliver, park, breaker, pace, metrics, failures, clock });
  const route: StoredRoute = storedRoute();
  const workOf = (
    records: readonly StreamRecord[],
    hadBefore?: BatchForTargets['hadBefore'],
  ): BatchForTargets => ({
    route,
    batch: createShardBatch(records, { streamArn, deaggregate: false }),
    deadline: deadline(),
    patience: createPatience(clock),
    requestId: 'request-1',
    hadBefore,
  });
  /** What was counted, without names. */
  const counted = () => targets.map(({ route: _, target: __, ...counts }) => counts);
  const open = (to: Target) => {
    breaker.targetFailed(targetKey(to), { class: 'deadline', reason: 'no answer' });
  };
  return {
    clock,
    breaker,
    pace,
    answers,
    deliveries,
    parkings,
    reports,
    targets,
    counted,
    forward,
    route,
    workOf,
    open,
  };
}

describe('createForwardBatch', () => {
  test('sends a target the batch, in the shipment that it shares with others', async () => {
    const { forward, workOf, deliveries, parkings, reports } = setUp();
    const work = workOf(kinesisRecords(3));

    const outcome = await forward(work, blocks);

    const { deadline, patience } = work;
    expect(deliveries).toEqual([
      {
        delivery: { route: 'orders', deadline, patience, failedBefore: false, keepsOrder: true },
        target: blocks,
        shipment: work.batch.shipment,
      },
    ]);
    expect(deliveries[0]?.shipment).toBe(work.batch.shipment);
    expect(outcome.target).toBe(blocks);
    expect(outcome.lacking.size).toBe(0);
    expect(work.batch.items.map(outcome.has)).toEqual([true, true, true]);
    expect([parkings, reports]).toEqual([[], []]);
  });

  describe.for(['park', 'block'] as const)('to a paused target, with %s', (onFailure) => {
    test('calls nobody, and keeps its records as paused', async () => {
      const { forward, workOf, deliveries, parkings, counted } = setUp();
      const { lacking } = await forward(workOf(kinesisRecords(2)), { ...parks, onFailure, paused: true });

      expect(deliveries).toEqual([]);
      expect(lacking.size).toBe(0);
      expect(parkings).toMatchObject([
        {
          parking: { to: 'retry' },
          parcels: [{ failure: { class: 'paused', reason: 'The target is paused in the routes file' } }],
        },
      ]);
      expect(counted()).toMatchObject([{ recordsIn: 2, delivered: 0, parked: 0, paused: 2, failed: 0 }]);
    });

    test('reports no failure', async () => {
      const { forward, workOf, reports } = setUp();
      await forward(workOf(kinesisRecords(2)), { ...parks, onFailure, paused: true });

      expect(reports).toEqual([]);
    });

    test('reports what could not be kept', async () => {
      const { forward, workOf, counted } = setUp({ unkept: ['2'] });
      const work = workOf(kinesisRecords(2));
      const { lacking } = await forward(work, { ...parks, onFailure, paused: true });

      expect(numbersOf(lacking)).toEqual(['2']);
      expect(counted()).toMatchObject([{ paused: 1, failed: 1 }]);
    });
  });

  describe('where the stream waits', () => {
    test('answers with what the target lacks, and parks nothing', async () => {
      const { forward, workOf, answers, parkings } = setUp();
      answers.push({ undelivered: [undelivered(1, 2), undelivered(4, 1, 'reported')] });
      const work = workOf(kinesisRecords(6));

      const { lacking, has } = await forward(work, blocks);

      expect(numbersOf(lacking)).toEqual(['2', '3', '5']);
      expect(work.batch.items.map(has)).toEqual([true, false, false, true, false, true]);
      expect(parkings).toEqual([]);
    });

    test('parks a record that no invocation can carry', async () => {
      const { forward, workOf, answers, parkings, counted } = setUp();
      answers.push({ undelivered: [undelivered(1, 1, 'too-large', 0), undelivered(3, 1)] });
      const work = workOf(kinesisRecords(4));

      const { lacking, has } = await forward(work, blocks);

      expect(numbersOf(lacking)).toEqual(['4']);
      expect(work.batch.items.map(has)).toEqual([true, true, true, false]);
      expect(parkings.map(({ parcels }) => parcels.map(({ items }) => numbersOf(items)))).toEqual([[['2']]]);
      expect(counted()).toMatchObject([{ delivered: 2, parked: 1, failed: 1 }]);
    });
  });

  describe('where failed records are parked', () => {
    test('does not hold later records back for one that the target lacks', async () => {
      const { forward, workOf, deliveries } = setUp();
      await forward(workOf(kinesisRecords(1)), parks);

      expect(deliveries[0]?.delivery).toMatchObject({ keepsOrder: false, failedBefore: false });
    });

    test('parks exactly what the target does not have', async () => {
      const { forward, workOf, answers, parkings, route } = setUp();
      answers.push({ undelivered: [undelivered(1, 2), undelivered(4, 1)] });
      const work = workOf(kinesisRecords(6));

      const { lacking, has } = await forward(work, parks);

      expect(lacking.size).toBe(0);
      expect(work.batch.items.every(has)).toBe(true);
      expect(parkings).toEqual([
        {
          parking: {
            route,
            streamArn,
            shardId: 'shardId-000000000000',
            target: parks.functionArn,
            deadline: work.deadline,
            requestId: 'request-1',
            to: 'retry',
          },
          parcels: [
            {
              items: [1, 2, 4].map((index) => work.batch.items[index]),
              failure: { class: 'throttled', reason: 'reason' },
              waitsFor: 'throttled',
              attempts: 1,
              hops: 0,
            },
          ],
        },
      ]);
    });

    test('parks records with another failure, or more calls, by themselves', async () => {
      const { forward, workOf, answers, parkings } = setUp();
      answers.push({
        undelivered: [undelivered(0, 1, 'reported', 2), undelivered(1, 1, 'reported', 3), undelivered(2, 1)],
      });

      await forward(workOf(kinesisRecords(3)), parks);

      expect(
        parkings[0]?.parcels.map(({ items, failure, attempts }) => [
          numbersOf(items),
          failure.class,
          attempts,
        ]),
      ).toEqual([
        [['1'], 'reported', 2],
        [['2'], 'reported', 3],
        [['3'], 'throttled', 1],
      ]);
    });

    test('answers with what cannot be parked', async () => {
      const { forward, workOf, answers, counted } = setUp({ unkept: ['4'] });
      answers.push({ undelivered: [undelivered(1, 1), undelivered(3, 2)] });
      const work = workOf(kinesisRecords(6));

      const { lacking, has } = await forward(work, parks);

      expect(numbersOf(lacking)).toEqual(['4']);
      expect(work.batch.items.map(has)).toEqual([true, true, true, false, true, true]);
      expect(counted()).toMatchObject([{ recordsIn: 6, delivered: 3, parked: 2, failed: 1 }]);
    });
  });

  describe('with a filter', () => {
    const filter = { data: { type: ['order'] } };
    const records = ['order', 'refund', 'order', 'refund'].map((type, index) =>
      kinesisRecord({ sequenceNumber: String(index + 1), data: JSON.stringify({ type }) }),
    );

    test('sends only what matches, and has the rest', async () => {
      const { forward, workOf, deliveries, counted } = setUp();
      const work = workOf(records);

      const { lacking, has } = await forward(work, target({ filter }));

      const [{ shipment } = {}] = deliveries;
      expect(numbersOf(shipment?.items ?? [])).toEqual(['1', '3']);
      // Packed for one target alone, its payload does not stay in memory.
      const [chunk] = shipment?.chunks(1_000_000) ?? [];
      expect(chunk?.payload()).not.toBe(chunk?.payload());
      expect(lacking.size).toBe(0);
      expect(work.batch.items.every(has)).toBe(true);
      expect(counted()).toMatchObject([{ recordsIn: 4, delivered: 2, filtered: 2 }]);
    });

    test('shares the shipment of the batch where all of it matches', async () => {
      const { forward, workOf, deliveries } = setUp();
      const work = workOf(records.filter((_, index) => index % 2 === 0));

      await forward(work, target({ filter }));

      expect(deliveries[0]?.shipment).toBe(work.batch.shipment);
    });

    test('answers with the record that failed, and parks it, not one beside it', async () => {
      const blocked = setUp();
      blocked.answers.push({ undelivered: [undelivered(1, 1)] });
      const { lacking } = await blocked.forward(blocked.workOf(records), target({ filter }));
      expect(numbersOf(lacking)).toEqual(['3']);

      const parked = setUp();
      parked.answers.push({ undelivered: [undelivered(1, 1)] });
      await parked.forward(parked.workOf(records), target({ filter, onFailure: 'park' }));
      expect(numbersOf(parked.parkings[0]?.parcels[0]?.items ?? [])).toEqual(['3']);
    });

    test('does not call a target for which nothing matches, and does not affect how long its neighbours may take', async () => {
      const { forward, workOf, clock, deliveries, parkings, reports, counted } = setUp();
      const work = workOf(records);

      await forward(work, target({ filter: { data: { type: ['none'] } } }));

      expect([deliveries, parkings, reports]).toEqual([[], [], []]);
      expect(work.patience.endsAt(clock.now())).toBe(Number.POSITIVE_INFINITY);
      expect(counted()).toEqual([
        { recordsIn: 4, delivered: 0, filtered: 4, parked: 0, paused: 0, failed: 0, invokeLatency: [] },
      ]);
    });

    test('leaves the probe of a failing target to a batch of which something matches', async () => {
      const { forward, workOf, clock, open, breaker } = setUp();
      const to = target({ filter: { data: { type: ['none'] } }, onFailure: 'park' });
      open(to);
      clock.advance(30_000);

      await forward(workOf(records), to);

      expect(breaker.ask(targetKey(to))).toBe('probe');
    });
  });

  describe('with a batch that came before', () => {
    test('sends only what the target did not have, and counts no more than that', async () => {
      const { forward, workOf, deliveries, counted } = setUp();
      const asked: string[] = [];
      const work = workOf(kinesisRecords(4), (key, { sequenceNumber }) => {
        asked.push(key);
        return ['2', '3'].includes(sequenceNumber);
      });

      const { has } = await forward(work, blocks);

      expect(numbersOf(deliveries[0]?.shipment.items ?? [])).toEqual(['1', '4']);
      expect(new Set(asked)).toEqual(new Set([targetKey(blocks)]));
      expect(work.batch.items.every(has)).toBe(true);
      expect(counted()).toMatchObject([{ recordsIn: 2, delivered: 2, filtered: 0 }]);
    });

    test('answers with the record that failed, not one beside it', async () => {
      const { forward, workOf, answers } = setUp();
      answers.push({ undelivered: [undelivered(0, 1)] });
      const work = workOf(kinesisRecords(4), (_, { sequenceNumber }) => sequenceNumber === '1');

      const { lacking } = await forward(work, blocks);

      expect(numbersOf(lacking)).toEqual(['2']);
    });

    test('does nothing for a target that had all of it', async () => {
      const { forward, workOf, deliveries, parkings, counted } = setUp();

      await forward(
        workOf(kinesisRecords(4), () => true),
        parks,
      );

      expect([deliveries, parkings]).toEqual([[], []]);
      expect(counted()).toEqual([
        { recordsIn: 0, delivered: 0, filtered: 0, parked: 0, paused: 0, failed: 0, invokeLatency: [] },
      ]);
    });
  });

  describe('with a broken target', () => {
    test('parks the batch without a call', async () => {
      const { forward, workOf, open, clock, deliveries, parkings, counted } = setUp();
      open(parks);
      const work = workOf(kinesisRecords(3));

      const { lacking } = await forward(work, parks);

      expect(deliveries).toEqual([]);
      expect(lacking.size).toBe(0);
      expect(parkings.map(({ parcels }) => parcels)).toEqual([
        [
          {
            items: work.batch.items,
            failure: { class: 'breaker-open', reason: 'Not called, since the target failed: no answer' },
            waitsFor: 'breaker-open',
            attempts: 0,
            hops: 0,
          },
        ],
      ]);
      expect(work.patience.endsAt(clock.now())).toBe(Number.POSITIVE_INFINITY);
      expect(counted()).toEqual([
        { recordsIn: 3, delivered: 0, filtered: 0, parked: 3, paused: 0, failed: 0, invokeLatency: [] },
      ]);
    });

    test('calls it with one batch once in a while', async () => {
      const { forward, workOf, open, clock, deliveries } = setUp();
      open(parks);
      clock.advance(30_000);

      await forward(workOf(kinesisRecords(1)), parks);
      await forward(workOf(kinesisRecords(1)), parks);

      expect(deliveries).toHaveLength(1);
    });

    test('lets another caller probe it when the call says nothing about it', async () => {
      const { forward, workOf, open, clock, answers, breaker } = setUp();
      open(parks);
      clock.advance(30_000);
      answers.push({ undelivered: [undelivered(0, 1, 'untried', 0)] });
      await forward(workOf(kinesisRecords(1)), parks);

      expect(breaker.ask(targetKey(parks), true)).toBe('probe');
    });

    test('calls it with each batch where the stream waits', async () => {
      const { forward, workOf, open, deliveries } = setUp();
      open(blocks);

      await forward(workOf(kinesisRecords(1)), blocks);

      expect(deliveries).toHaveLength(1);
    });

    test('calls the same function through another role', async () => {
      const { forward, workOf, open, deliveries } = setUp();
      open(parks);

      await forward(workOf(kinesisRecords(1)), { ...parks, roleArn: 'arn:aws:iam::222222222222:role/other' });

      expect(deliveries).toHaveLength(1);
    });
  });

  describe('with a slow target', () => {
    const reason =
      'Not called with the batch, since its neighbours had to wait for it; called from the retry queue';

    /** Forwards a batch to a target that is done so long after a neighbour. */
    async function forwardSlowly(all: ReturnType<typeof setUp>, ms: number, to = parks) {
      const work = all.workOf(kinesisRecords(1));
      work.patience.done();
      all.answers.push({ ms });
      await all.forward(work, to);
    }

    test('parks the batch without a call once it held up its neighbours for ten seconds', async () => {
      const all = setUp();
      await forwardSlowly(all, 10_999);
      await forwardSlowly(all, 1_001);
      expect(all.deliveries).toHaveLength(2);

      const work = all.workOf(kinesisRecords(2));
      await all.forward(work, parks);

      expect(all.deliveries).toHaveLength(2);
      expect(all.parkings.at(-1)?.parcels).toEqual([
        {
          items: work.batch.items,
          failure: { class: 'untried', reason },
          waitsFor: 'untried',
          attempts: 0,
          hops: 0,
        },
      ]);
      expect(work.patience.endsAt(0)).toBe(Number.POSITIVE_INFINITY);
    });

    test('counts from the end of the patience of its neighbours, and anew when it was in time', async () => {
      const all = setUp();
      await forwardSlowly(all, 10_999);
      await forwardSlowly(all, 1_000);
      await forwardSlowly(all, 10_999);
      await forwardSlowly(all, 0);

      expect(all.deliveries).toHaveLength(4);
    });

    test('does not treat a target as slow that failed in time', async () => {
      const all = setUp();
      all.answers.push({ undelivered: [undelivered(0, 1)] });
      await all.forward(all.workOf(kinesisRecords(1)), parks);

      expect(all.pace.isSlow(targetKey(parks))).toBe(false);
    });

    test('calls a target for which no neighbour waits', async () => {
      const all = setUp();
      for (let times = 0; times < 3; times++) {
        all.answers.push({ ms: 60_000 });
        await all.forward(all.workOf(kinesisRecords(1)), parks);
      }

      expect(all.deliveries).toHaveLength(3);
      expect(all.pace.isSlow(targetKey(parks))).toBe(false);
    });

    test('lets the neighbours know only once it is done', async () => {
      const all = setUp();
      const work = all.workOf(kinesisRecords(1));
      all.answers.push({ ms: 5_000 });
      await all.forward(work, parks);

      expect(work.patience.endsAt(0)).toBe(all.clock.now() + 1_000);
    });

    test('calls it with each batch where the stream waits', async () => {
      const all = setUp();
      await forwardSlowly(all, 60_000, blocks);
      await forwardSlowly(all, 60_000, blocks);

      expect(all.deliveries).toHaveLength(2);
    });

    test('leaves it to the retry queue to find out whether it is back when it is broken, too', async () => {
      const all = setUp();
      await forwardSlowly(all, 60_000);
      all.open(parks);
      all.clock.advance(30_000);

      await all.forward(all.workOf(kinesisRecords(1)), parks);

      expect(all.deliveries).toHaveLength(1);
      expect(all.parkings[0]?.parcels[0]?.failure).toEqual({
        class: 'breaker-open',
        reason: 'Not called, since the target failed: no answer',
      });
      expect(all.breaker.ask(targetKey(parks))).toBe('probe');
    });
  });

  test('counts what became of the records, by route and function', async () => {
    const { forward, workOf, answers, targets } = setUp();
    answers.push({ undelivered: [undelivered(0, 2), undelivered(3, 1)] });
    answers.push({ undelivered: [undelivered(1, 3)] });

    await forward(workOf(kinesisRecords(4)), parks);
    await forward(workOf(kinesisRecords(4)), blocks);

    const all = {
      route: 'orders',
      target: parks.functionArn,
      recordsIn: 4,
      filtered: 0,
      paused: 0,
      invokeLatency: [5],
    };
    expect(targets).toEqual([
      { ...all, delivered: 1, parked: 3, failed: 0 },
      { ...all, delivered: 1, parked: 0, failed: 3 },
    ]);
  });

  test('reports each failure, with its records', async () => {
    const { forward, workOf, answers, reports } = setUp();
    answers.push({ undelivered: [undelivered(0, 2), undelivered(3, 1, 'reported')] });

    await forward(workOf(kinesisRecords(4)), parks);

    const all = { requestId: 'request-1', route: 'orders', target: parks };
    expect(reports).toEqual([
      { ...all, failure: { class: 'throttled', reason: 'reason' }, records: 2 },
      { ...all, failure: { class: 'reported', reason: 'reason' }, records: 1 },
    ]);
  });

  describe('with a function that was left behind', () => {
    async function leaveBehind() {
      const all = setUp();
      const { promise: delivered, resolve } = Promise.withResolvers<boolean>();
      const late = { delivered, endsAt: 1 };
      all.answers.push({
        undelivered: [{ ...undelivered(1, 2, 'left-behind'), late }, undelivered(3, 1, 'untried', 0)],
      });
      const work = all.workOf(kinesisRecords(4));
      const outcome = await all.forward(work, parks);
      const answer = async (isDelivered: boolean) => {
        resolve(isDelivered);
        await new Promise((done) => setImmediate(done));
      };
      return { ...all, work, outcome, late, answer };
    }
    const counts = { filtered: 0, paused: 0, failed: 0 };
    const parked = { ...counts, recordsIn: 4, delivered: 1, parked: 3, invokeLatency: [5] };

    test('parks its records, with the answer that may come', async () => {
      const { parkings, outcome, counted, late } = await leaveBehind();

      expect(outcome.lacking.size).toBe(0);
      expect(
        parkings[0]?.parcels.map(({ items, failure, ...rest }) => [
          numbersOf(items),
          failure.class,
          rest.late,
        ]),
      ).toEqual([
        [['2', '3'], 'left-behind', late],
        [['4'], 'untried', undefined],
      ]);
      expect(counted()).toEqual([parked]);
    });

    test('calls it from the retry queue only, at once', async () => {
      const { forward, workOf, deliveries, pace } = await leaveBehind();
      await forward(workOf(kinesisRecords(1)), parks);

      expect(deliveries).toHaveLength(1);
      expect(pace.isSlow(targetKey(parks))).toBe(true);
    });

    test('counts its records once more when it has taken them after all', async () => {
      const { answer, counted, targets } = await leaveBehind();
      await answer(true);

      expect(counted()).toEqual([
        parked,
        { ...counts, recordsIn: 2, delivered: 2, parked: 0, invokeLatency: [] },
      ]);
      expect(targets[1]).toMatchObject({ route: 'orders', target: parks.functionArn });
    });

    test('counts nothing more when it failed', async () => {
      const { answer, counted } = await leaveBehind();
      await answer(false);

      expect(counted()).toEqual([parked]);
    });
  });
});
