import type { Target } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import { type Clock, systemClock } from '../invocation/clock.ts';
import type { Chunk, Shipment } from '../records/pack.ts';
import type { Breaker } from './breaker.ts';
import type { Delivery, Undelivered } from './delivery.ts';
import { createIsolate, notCalled } from './isolate.ts';
import type { Pace } from './pace.ts';
import type { ChunkDelivery, SendChunk } from './send-chunk.ts';
import { targetKey } from './target-key.ts';

export interface DeliveryReport {
  /** In the order of the shipment; nothing of it is there twice. */
  undelivered: Undelivered[];
  /** Milliseconds of each call. */
  invokeLatency: number[];
}

/** Sends a shipment to one target. Never rejects: what the target does not have is in the report. */
export type Deliver = (delivery: Delivery, target: Target, shipment: Shipment) => Promise<DeliveryReport>;

/**
 * For `event`, all chunks at once: they are queued at the target, where order is lost. For `request-response` one after
 * another: with `block` only up to the first failure, so that the target never gets a record before one that it lacks; with
 * `park`, the records on which the function fails are set aside, and the others go on in order.
 */
export function createDeliver(options: {
  sendChunk: SendChunk;
  breaker: Breaker;
  pace: Pace;
  clock?: Clock;
}): Deliver {
  const { sendChunk, breaker, clock = systemClock } = options;
  const isolate = createIsolate({ ...options, clock });

  return async (delivery, target, shipment) => {
    const invokeLatency: number[] = [];
    const onCall = (ms: number) => invokeLatency.push(ms);
    const { items } = shipment;
    const call: ChunkDelivery = { ...delivery, target, items, startedAt: clock.now(), onCall };
    const limit = payloadLimit(target);
    const chunks = delivery.failedBefore
      ? items.map((_, index) => shipment.part(index, 1))
      : shipment.chunks(limit);
    if (target.invocation === 'event') {
      return { undelivered: await sendTogether(call, chunks, shipment.part), invokeLatency };
    }
    const undelivered = delivery.keepsOrder
      ? await sendUpToFailure(call, chunks, shipment.part)
      : await isolate(call, chunks, shipment.part);
    return { undelivered, invokeLatency };
  };

  async function sendTogether(
    call: ChunkDelivery,
    chunks: readonly Chunk[],
    part: Part,
  ): Promise<Undelivered[]> {
    const [first, ...rest] = chunks;
    const key = targetKey(call.target);
    if (first === undefined) return [];
    if (breaker.openedBy(key) === undefined) {
      const failed = await Promise.all(chunks.map((chunk) => sendCut(call, chunk, part)));
      return failed.flat();
    }
    // A target that fails is probed with one call.
    const probed = await sendCut(call, first, part);
    const opened = breaker.openedBy(key);
    if (opened === undefined) return [...probed, ...(await sendTogether(call, rest, part))];
    const failure = notCalled(opened);
    return [...probed, ...rest.map(({ first: from, count }) => ({ first: from, count, failure, calls: 0 }))];
  }

  /** Halves a chunk that is too large for the target, in the end down to the record that no call can carry. */
  async function sendCut(call: ChunkDelivery, chunk: Chunk, part: Part): Promise<Undelivered[]> {
    const failed = await sendPart(call, chunk);
    if (failed === undefined) return [];
    if (failed.failure.class !== 'too-large' || chunk.count === 1) return [failed];
    const half = Math.ceil(chunk.count / 2);
    const before = await sendCut(call, part(chunk.first, half), part);
    const lacks = before.find(({ failure }) => failure.class !== 'too-large');
    const rest = part(chunk.first + half, chunk.count - half);
    if (lacks !== undefined && call.keepsOrder) {
      return [...before, { first: rest.first, count: rest.count, failure: lacks.failure, calls: 0 }];
    }
    return [...before, ...(await sendCut(call, rest, part))];
  }

  async function sendPart(call: ChunkDelivery, chunk: Chunk): Promise<Undelivered | undefined> {
    const failed = await sendChunk(call, chunk);
    if (failed === undefined) return undefined;
    const { failedFrom, ...rest } = failed;
    return { first: failedFrom, count: chunk.first + chunk.count - failedFrom, ...rest };
  }

  async function sendUpToFailure(
    call: ChunkDelivery,
    chunks: readonly Chunk[],
    part: Part,
  ): Promise<Undelivered[]> {
    const undelivered: Undelivered[] = [];
    for (const chunk of chunks) {
      for (const failed of await sendCut(call, chunk, part)) {
        // What no invocation can carry goes another way, and the order of all others stays.
        if (failed.failure.class !== 'too-large') {
          return [...undelivered, { ...failed, count: call.items.length - failed.first }];
        }
        undelivered.push(failed);
      }
    }
    return undelivered;
  }
}

type Part = Shipment['part'];

/** Bytes of a payload as it is sent. */
function payloadLimit({ invocation }: Target): number {
  const { eventPayloadBytes, requestResponsePayloadBytes } = limits.invoke;
  return invocation === 'event' ? eventPayloadBytes : requestResponsePayloadBytes;
}
