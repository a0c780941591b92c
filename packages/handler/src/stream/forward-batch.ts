import type { StoredRoute, Target } from '@xacct/core';
import type { Breaker } from '../delivery/breaker.ts';
import type { Deliver, DeliveryReport } from '../delivery/deliver.ts';
import { countRecords, type Undelivered } from '../delivery/delivery.ts';
import { type Failure, PAUSED } from '../delivery/failure-class.ts';
import type { FailureLog } from '../delivery/failure-log.ts';
import { notCalled } from '../delivery/isolate.ts';
import type { LateAnswer } from '../delivery/late-answer.ts';
import type { Pace } from '../delivery/pace.ts';
import type { Patience } from '../delivery/patience.ts';
import { targetKey } from '../delivery/target-key.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import type { Deadline } from '../invocation/deadline.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { noHistory, toParcels } from '../parking/parcels.ts';
import type { Park } from '../parking/park.ts';
import { createShipment, type Item, type Shipment } from '../records/pack.ts';
import { matchingItems } from '../records/target-filter.ts';
import type { ShardBatch } from './shard-batch.ts';

export interface BatchForTargets {
  route: StoredRoute;
  batch: ShardBatch;
  deadline: Deadline;
  patience: Patience;
  requestId: string;
  /** Whether a target has an item from the time when the batch came before; undefined for a batch that is new. */
  hadBefore: ((target: string, item: Item) => boolean) | undefined;
}

/** What a target lacks of a batch, and what it has. */
export interface TargetOutcome {
  target: Target;
  /** Those of the batch, also if the target's filter keeps some away. */
  items: readonly Item[];
  lacking: ReadonlySet<Item>;
  /** True for what is parked and for what is filtered, too. */
  has: (item: Item) => boolean;
}

/** Sends one target its part of a batch, and parks what it does not take. Never rejects. */
export type ForwardBatch = (work: BatchForTargets, target: Target) => Promise<TargetOutcome>;

export function createForwardBatch(options: {
  deliver: Deliver;
  park: Park;
  breaker: Breaker;
  pace: Pace;
  metrics: Metrics;
  failures: FailureLog;
  clock?: Clock;
}): ForwardBatch {
  const { deliver, park, breaker, pace, metrics, failures, clock = systemClock } = options;

  /** Why a target is not called for this batch: its records wait in the retry queue then. */
  function whyNot(target: Target): Failure | undefined {
    if (target.paused) return PAUSED;
    // Where the stream waits for the target, only calls can show that it is back.
    if (target.onFailure === 'block') return undefined;
    const key = targetKey(target);
    // Its neighbours must not wait for it again, so that only the retry queue calls it.
    if (pace.isSlow(key)) {
      const opened = breaker.openedBy(key);
      return opened === undefined ? SLOW : notCalled(opened);
    }
    if (breaker.ask(key) !== 'wait') return undefined;
    return notCalled(breaker.openedBy(key) ?? SLOW);
  }

  async function send(
    { route, deadline, patience }: BatchForTargets,
    target: Target,
    shipment: Shipment,
  ): Promise<DeliveryReport> {
    const count = shipment.items.length;
    const reason = count === 0 ? undefined : whyNot(target);
    // What is not called shows nothing about how long the others take.
    if (count === 0 || reason !== undefined) {
      const undelivered = reason === undefined ? [] : [{ first: 0, count, failure: reason, calls: 0 }];
      return { undelivered, invokeLatency: [] };
    }
    const startedAt = clock.now();
    const delivery = {
      route: route.name,
      deadline,
      patience,
      failedBefore: false,
      keepsOrder: target.onFailure === 'block',
    };
    const report = await deliver(delivery, target, shipment);
    const key = targetKey(target);
    breaker.probed(key);
    if (report.undelivered.some(({ late }) => late !== undefined)) pace.leftBehind(key);
    else pace.heldUp(key, Math.max(0, clock.now() - patience.endsAt(startedAt)));
    patience.done();
    return report;
  }

  return async (work, target) => {
    const { route, batch, deadline, requestId } = work;
    const { hadBefore } = work;
    const key = targetKey(target);
    const due = hadBefore === undefined ? batch.items : batch.items.filter((item) => !hadBefore(key, item));
    const matching = matchingItems(target, due);
    const isAll = matching.length === batch.items.length;
    const shipment = isAll ? batch.shipment : createShipment(matching, false);

    const { undelivered, invokeLatency } = await send(work, target, shipment);
    const mayPark = ({ failure }: Undelivered) =>
      target.onFailure === 'park' || failure.class === 'too-large' || failure.class === 'paused';
    const toPark = undelivered.filter(mayPark);
    const parking = {
      route,
      streamArn: batch.streamArn,
      shardId: batch.shardId,
      target: target.functionArn,
      deadline,
      requestId,
      to: 'retry',
    } as const;
    const unparked = await park(
      parking,
      toParcels(shipment.items, toPark, () => noHistory),
    );
    const blocked = undelivered
      .filter((range) => !mayPark(range))
      .flatMap(({ first, count }) => shipment.items.slice(first, first + count));
    const lacking = new Set([...unparked, ...blocked]);

    const kept = countRecords(toPark) - unparked.size;
    metrics.addTarget(route.name, target.functionArn, {
      recordsIn: due.length,
      delivered: matching.length - kept - lacking.size,
      filtered: due.length - matching.length,
      parked: target.paused ? 0 : kept,
      paused: target.paused ? kept : 0,
      failed: lacking.size,
      invokeLatency,
    });
    for (const { failure, count, late } of undelivered) {
      if (failure.class !== 'paused')
        failures.report({ requestId, route: route.name, target, failure, records: count });
      if (late !== undefined) void countLate(route, target, count, late);
    }
    return { target, items: batch.items, lacking, has: (item) => !lacking.has(item) };
  };

  /** The records count once more, like records that are sent again. */
  async function countLate(
    route: StoredRoute,
    target: Target,
    count: number,
    { delivered }: LateAnswer,
  ): Promise<void> {
    if (!(await delivered)) return;
    const rest = { filtered: 0, parked: 0, paused: 0, failed: 0, invokeLatency: [] };
    metrics.addTarget(route.name, target.functionArn, { recordsIn: count, delivered: count, ...rest });
  }
}

const SLOW: Failure = {
  class: 'untried',
  reason: 'Not called with the batch, since its neighbours had to wait for it; called from the retry queue',
};
