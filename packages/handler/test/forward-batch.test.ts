import type { Target } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { createBreaker } from '../src/breaker.ts';
import type { Delivery, Undelivered } from '../src/deliver.ts';
import { createForwardBatch } from '../src/forward-batch.ts';
import { createPace } from '../src/pace.ts';
import type { Item } from '../src/pack.ts';
import type { Parcel, Parking } from '../src/park.ts';
import { createPatience } from '../src/patience.ts';
import { createShardBatch } from '../src/shard-batch.ts';
import { targetKey } from '../src/target-key.ts';
import {
  collectingMetrics,
  deadline,
  fakeClock,
  kinesisRecord,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';
import { undelivered } from './retry-path.ts';

const to = target({ onFailure: 'park', invocation: 'request-response' });
const blocking = target({ onFailure: 'block', invocation: 'request-response' });

function setUp(options: { lacks?: Undelivered[]; tookMs?: number; isQueueDown?: boolean } = {}) {
  const { lacks = [], tookMs = 0, isQueueDown = false } = options;
  const clock = fakeClock();
  const breaker = createBreaker(clock.now);
  const pace = createPace();
  const { metrics, targets } = collectingMetrics();
  const sent: string[][] = [];
  const parked: (Parking & { parcels: readonly Parcel[] })[] = [];
  const reported: string[] = [];
  const deliveries: Delivery[] = [];
  const forwardBatch = createForwardBatch({
    deliver: async (delivery, _, { items }) => {
      deliveries.push(delivery);
      sent.push(items.map(({ sequenceNumber }) => sequenceNumber));
      clock.advance(tookMs);
      return { undelivered: lacks, invokeLatency: [tookMs] };
    },
    park: async (parking, parcels) => {
      if (parcels.length > 0) parked.push({ ...parking, parcels });
      return new Set(isQueueDown ? parcels.flatMap(({ items }) => items) : []);
    },
    breaker,
    pace,
    metrics,
    failures: { report: ({ failure }) => reported.push(failure.class), flush: () => {} },
    clock,
  });
  const records = Array.from({ length: 5 }, (_, index) =>
    kinesisRecord({ sequenceNumber: String(index + 1), data: JSON.stringify({ even: index % 2 === 1 }) }),
  );
  const batch = createShardBatch(records, { streamArn, deaggregate: false });
  const patience = createPatience(clock);
  const forward = (who: Target = to, hadBefore?: (key: string, item: Item) => boolean) =>
    forwardBatch(
      { route: storedRoute(), batch, deadline: deadline(), patience, requestId: 'request-1', hadBefore },
      who,
    );
  const lackingOf = async (outcome: ReturnType<typeof forward>) =>
    [...(await outcome).lacking].map(({ sequenceNumber }) => sequenceNumber);
  return {
    forward,
    lackingOf,
    sent,
    parked,
    reported,
    deliveries,
    targets,
    breaker,
    pace,
    patience,
    clock,
    batch,
  };
}

describe('createForwardBatch', () => {
  test('sends a target the batch, and lacks nothing', async () => {
    const { forward, lackingOf, sent, parked, targets, deliveries } = setUp();

    expect(await lackingOf(forward())).toEqual([]);
    expect([sent, parked]).toEqual([[['1', '2', '3', '4', '5']], []]);
    expect(deliveries[0]).toMatchObject({ route: 'orders', failedBefore: false });
    expect(targets).toMatchObject([{ recordsIn: 5, delivered: 5, filtered: 0, parked: 0, failed: 0 }]);
  });

  test('sends what matches the filter of the target', async () => {
    const { forward, sent, targets } = setUp();
    await forward({ ...to, filter: { data: { even: [true] } } });

    expect(sent).toEqual([['2', '4']]);
    expect(targets).toMatchObject([{ recordsIn: 5, delivered: 2, filtered: 3 }]);
  });

  test('sends only what the target did not have before', async () => {
    const { forward, sent, targets } = setUp();
    const outcome = await forward(
      to,
      (key, { sequenceNumber }) => key === targetKey(to) && sequenceNumber < '4',
    );

    expect(sent).toEqual([['4', '5']]);
    expect(outcome.has({ sequenceNumber: '1' } as Item)).toBe(true);
    expect(targets).toMatchObject([{ recordsIn: 2, delivered: 2 }]);
  });

  test('calls nobody when nothing is left to send', async () => {
    const { forward, sent } = setUp();
    await forward(to, () => true);

    expect(sent).toEqual([]);
  });

  test('parks exactly what the target does not have, one parcel for each reason', async () => {
    const lacks = [
      undelivered(0, 1, 'reported', 2),
      undelivered(2, 1, 'reported', 2),
      undelivered(4, 1, 'untried', 0),
    ];
    const { forward, lackingOf, parked, targets, reported } = setUp({ lacks });

    expect(await lackingOf(forward())).toEqual([]);
    expect(
      parked[0]?.parcels.map(({ items, failure, attempts, hops }) => [
        items.map(({ sequenceNumber }) => sequenceNumber),
        failure.class,
        attempts,
        hops,
      ]),
    ).toEqual([
      [['1', '3'], 'reported', 2, 0],
      [['5'], 'untried', 0, 0],
    ]);
    expect(parked[0]).toMatchObject({ to: 'retry', target: to.functionArn, shardId: 'shardId-000000000000' });
    expect(targets).toMatchObject([{ recordsIn: 5, delivered: 2, parked: 3, failed: 0 }]);
    expect(reported).toEqual(['reported', 'reported', 'untried']);
  });

  test('lacks what could not be parked', async () => {
    const { forward, lackingOf, targets } = setUp({
      lacks: [undelivered(1, 2, 'denied')],
      isQueueDown: true,
    });

    expect(await lackingOf(forward())).toEqual(['2', '3']);
    expect(targets).toMatchObject([{ delivered: 3, parked: 0, failed: 2 }]);
  });

  test('lacks what a target with block did not take, but for what no invocation can carry', async () => {
    const lacks = [undelivered(0, 1, 'too-large'), undelivered(3, 2, 'denied')];
    const { forward, lackingOf, parked, targets } = setUp({ lacks });

    expect(await lackingOf(forward(blocking))).toEqual(['4', '5']);
    expect(parked[0]?.parcels).toHaveLength(1);
    expect(targets).toMatchObject([{ delivered: 2, parked: 1, failed: 2 }]);
  });

  describe('with a target that fails', () => {
    test('parks at once, and lets a probe through after 30 s', async () => {
      const { forward, sent, parked, breaker, clock } = setUp();
      breaker.targetFailed(targetKey(to), { class: 'deadline', reason: 'silent' });
      await forward();
      expect(sent).toEqual([]);
      expect(parked[0]?.parcels).toMatchObject([
        {
          failure: { class: 'breaker-open', reason: 'Not called, since the target failed: silent' },
          attempts: 0,
        },
      ]);
      clock.advance(30_000);
      await forward();

      expect(sent).toHaveLength(1);
    });

    test('goes on to call one for which the stream waits', async () => {
      const { forward, sent, breaker } = setUp();
      breaker.targetFailed(targetKey(blocking), { class: 'deadline', reason: 'silent' });
      await forward(blocking);

      expect(sent).toHaveLength(1);
    });
  });

  describe('with a slow target', () => {
    test('calls it no more once its neighbours have waited for ten seconds', async () => {
      const { forward, sent, parked, patience, pace } = setUp({ tookMs: 11_000 });
      patience.done();
      await forward();
      expect(pace.isSlow(targetKey(to))).toBe(true);
      await forward();

      expect(sent).toHaveLength(1);
      expect(parked[0]?.parcels).toMatchObject([{ failure: { class: 'untried' }, attempts: 0 }]);
    });

    test('does not count its time while nobody waits', async () => {
      const { forward, pace } = setUp({ tookMs: 60_000 });
      await forward();

      expect(pace.isSlow(targetKey(to))).toBe(false);
    });

    test('leaves a probe of it to the retry queue', async () => {
      const { forward, sent, parked, breaker, pace, clock } = setUp();
      pace.heldUp(targetKey(to), 10_000);
      breaker.targetFailed(targetKey(to), { class: 'deadline', reason: 'silent' });
      clock.advance(3_600_000);
      await forward();

      expect(sent).toEqual([]);
      expect(parked[0]?.parcels).toMatchObject([{ failure: { class: 'breaker-open' } }]);
    });
  });
});
