import type { Target } from '@xacct/core';
import type { KinesisStreamBatchResponse } from 'aws-lambda';
import type { FailureLog } from '../delivery/failure-log.ts';
import { createPatience } from '../delivery/patience.ts';
import { targetKey } from '../delivery/target-key.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import { createDeadline } from '../invocation/deadline.ts';
import type { InvocationContext } from '../invocation/invocation-context.ts';
import type { Metrics } from '../invocation/metrics.ts';
import type { Item } from '../records/pack.ts';
import { parseStreamEvent } from '../records/stream-event.ts';
import type { RouteStore } from '../routes/route-store.ts';
import type { BatchPlace, DeliveryMemory } from './delivery-memory.ts';
import type { BatchForTargets, ForwardBatch, TargetOutcome } from './forward-batch.ts';
import { createShardBatch, longestRun } from './shard-batch.ts';

export type StreamBatchHandler = (
  event: { Records: unknown[] },
  context: InvocationContext,
) => Promise<KinesisStreamBatchResponse>;

/**
 * Handles a batch: to every target of the stream's route, side by side, what matches the target's filter. Answers with
 * the lowest sequence number that has to come again; the stream is read again from there.
 *
 * Targets with `block` come first. What one of them lacks is read again, so that the others get only what is before it: what
 * they get does not come again.
 */
export function createStreamBatchHandler(options: {
  routes: Pick<RouteStore, 'get'>;
  forward: ForwardBatch;
  memory: DeliveryMemory;
  metrics: Metrics;
  failures: FailureLog;
  clock?: Clock;
}): StreamBatchHandler {
  const { routes, forward, memory, metrics, failures, clock = systemClock } = options;

  return async (event, context) => {
    const { Records, streamArn } = parseStreamEvent(event);
    const deadline = createDeadline(context.getRemainingTimeInMillis(), clock);
    try {
      const route = await routes.get(streamArn, deadline);
      const batch = createShardBatch(Records, { streamArn, deaggregate: route.deaggregate });
      const place = memory.isEmpty() ? undefined : batch.placeFrom(0);
      const known = place && memory.recall(place);
      const work = {
        route,
        batch,
        deadline,
        requestId: context.awsRequestId,
        hadBefore:
          known &&
          ((target: string, item: Item) =>
            known.has(target, batch.positionOf(item), batch.orderingKeyOf(item))),
      };
      const { block = [], park = [] } = Object.groupBy(route.targets, ({ onFailure }) => onFailure);
      const outcomes = await forwardAll(work, block);
      const rest = batch.upTo(comesAgain(batch.items, outcomes)?.index ?? batch.items.length);
      if (rest.items.length > 0) outcomes.push(...(await forwardAll({ ...work, batch: rest }, park)));
      const again = comesAgain(batch.items, outcomes);
      if (again === undefined) {
        if (place !== undefined) memory.forget(place);
        return { batchItemFailures: [] };
      }
      remember(batch.placeFrom(again.index), again.index, outcomes);
      return { batchItemFailures: [{ itemIdentifier: again.sequenceNumber }] };
    } finally {
      deadline.clear();
      failures.flush();
      metrics.flush();
    }
  };

  /** Side by side. */
  function forwardAll(
    work: Omit<BatchForTargets, 'patience'>,
    targets: readonly Target[],
  ): Promise<TargetOutcome[]> {
    const patience = createPatience(clock);
    return Promise.all(targets.map((target) => forward({ ...work, patience }, target)));
  }

  function remember(place: BatchPlace, index: number, outcomes: readonly TargetOutcome[]): void {
    const held = outcomes.flatMap(({ target, items, has }) => {
      const range = longestRun(items.slice(index), has);
      return range === undefined ? [] : [[targetKey(target), range] as const];
    });
    memory.remember(place, new Map(held));
  }
}

/** The stream brings all again from the lowest record that a target lacks, the parts of an aggregated record together. */
function comesAgain(items: readonly Item[], outcomes: readonly TargetOutcome[]) {
  const lacked = items.find((item) => outcomes.some(({ lacking }) => lacking.has(item)));
  if (lacked === undefined) return undefined;
  const { sequenceNumber } = lacked;
  return { sequenceNumber, index: items.findIndex((item) => item.sequenceNumber === sequenceNumber) };
}
