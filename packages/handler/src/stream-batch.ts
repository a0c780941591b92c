import { createRecordFilter, type Target } from '@xacct/core';
import type { KinesisStreamBatchResponse } from 'aws-lambda';
import { type Clock, systemClock } from './clock.ts';
import { createDeadline } from './deadline.ts';
import { deaggregate } from './deaggregate.ts';
import type { Deliver, Undelivered } from './deliver.ts';
import type { DeliveryMemory } from './delivery-memory.ts';
import type { InvocationContext } from './handle-event.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createShipment, type Item, type Shipment, toItems } from './pack.ts';
import type { Park, Parking } from './park.ts';
import type { RouteStore } from './route-store.ts';
import { parseStreamEvent } from './stream-event.ts';

export type StreamBatchHandler = (
  event: { Records: unknown[] },
  context: InvocationContext,
) => Promise<KinesisStreamBatchResponse>;

interface Batch extends Parking {
  items: readonly Item[];
  /** Of all items, shared by the targets that get them all. */
  shipment: Shipment;
}

/** What a target lacks of a batch, and what it has. */
interface TargetOutcome {
  target: Target;
  lacking: ReadonlySet<Item>;
  /** False for what is filtered, too. */
  has: (item: Item) => boolean;
}

/** Until parked records are sent again for the first time. */
const FIRST_RETRY_SECONDS = 30;

/**
 * Handles a batch: to every target of the stream's route, side by side, what matches the target's filter. Answers with
 * the lowest sequence number that has to come again; the stream is read again from there.
 */
export function createStreamBatchHandler(options: {
  routes: RouteStore;
  deliver: Deliver;
  park: Park;
  memory: DeliveryMemory;
  metrics: Metrics;
  log: Log;
  clock?: Clock;
}): StreamBatchHandler {
  const { routes, deliver, park, memory, metrics, log, clock = systemClock } = options;

  async function forward(batch: Batch, target: Target): Promise<TargetOutcome> {
    const { route, deadline, items } = batch;
    const before = memory.take(memoryKey(batch, target), idsOf(items));
    const due = before.size === 0 ? items : items.filter(({ id }) => !before.has(id));
    const matching = target.filter === undefined ? due : due.filter(matcher(target.filter));
    const shipment = matching === items ? batch.shipment : createShipment(matching, false);

    const { undelivered, invokeLatency } = await deliver({ route: route.name, deadline }, target, shipment);
    const mayPark = ({ failure }: Undelivered) =>
      target.onFailure === 'park' || failure.class === 'too-large';
    const toPark = undelivered.filter(mayPark);
    const unparked = await park(batch, target, matching, toPark);
    const failed = [...undelivered.filter((range) => !mayPark(range)), ...unparked];

    const recordsFailed = countOf(failed);
    const parked = countOf(toPark) - countOf(unparked);
    metrics.addTarget(route.name, target.functionArn, {
      recordsIn: due.length,
      delivered: matching.length - parked - recordsFailed,
      filtered: due.length - matching.length,
      parked,
      failed: recordsFailed,
      invokeLatency,
    });
    for (const { failure, count } of undelivered) {
      log.error('A target did not take records', {
        requestId: batch.requestId,
        route: route.name,
        target: target.functionArn,
        class: failure.class,
        reason: failure.reason,
        records: count,
        onFailure: target.onFailure,
      });
    }
    const lacking = new Set(failed.flatMap(({ first, count }) => matching.slice(first, first + count)));
    const matched = matching === due ? undefined : new Set(matching);
    const has = (item: Item) => before.has(item.id) || ((matched?.has(item) ?? true) && !lacking.has(item));
    return { target, lacking, has };
  }

  return async (event, context) => {
    const { Records, streamArn } = parseStreamEvent(event);
    const route = await routes.get(streamArn);
    const items = toItems(route.deaggregate ? deaggregate(Records) : Records);
    const deadline = createDeadline(context.getRemainingTimeInMillis(), clock);
    const batch = {
      route,
      streamArn,
      items,
      shipment: createShipment(items, true),
      deadline,
      requestId: context.awsRequestId,
      attempts: 1,
      delaySeconds: FIRST_RETRY_SECONDS,
    };
    try {
      const outcomes = await Promise.all(route.targets.map((target) => forward(batch, target)));
      const again = comesAgain(items, outcomes);
      if (again === undefined) return { batchItemFailures: [] };
      for (const { target, has } of outcomes) {
        memory.remember(memoryKey(batch, target), idsOf(again.items.filter(has)));
      }
      return { batchItemFailures: [{ itemIdentifier: again.sequenceNumber }] };
    } finally {
      deadline.clear();
      metrics.flush();
    }
  };
}

/** The stream brings all again from the lowest record that a target lacks, the parts of an aggregated record together. */
function comesAgain(items: readonly Item[], outcomes: readonly TargetOutcome[]) {
  const lacked = items.find((item) => outcomes.some(({ lacking }) => lacking.has(item)));
  if (lacked === undefined) return undefined;
  const { sequenceNumber } = lacked;
  const start = items.findIndex((item) => item.sequenceNumber === sequenceNumber);
  return { sequenceNumber, items: items.slice(start) };
}

function matcher(filter: NonNullable<Target['filter']>): (item: Item) => boolean {
  const matches = createRecordFilter([filter]);
  return ({ record }) => matches(record);
}

function memoryKey({ streamArn }: Batch, { functionArn }: Target): string {
  return `${streamArn} ${functionArn}`;
}

function idsOf(items: readonly Item[]): string[] {
  return items.map(({ id }) => id);
}

function countOf(ranges: readonly Undelivered[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}
