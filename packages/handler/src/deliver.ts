import { limits, type Target } from '@xacct/core';
import type { Deadline } from './deadline.ts';
import type { Failure } from './failure-class.ts';
import type { Shipment } from './pack.ts';
import type { SendChunk } from './send-chunk.ts';

/** Items of a shipment, from `first` on, that a target does not have. */
export interface Undelivered {
  first: number;
  count: number;
  failure: Failure;
}

export interface Delivery {
  /** The route's name. */
  route: string;
  deadline: Deadline;
}

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
 * another, and with `block` only up to the first failure, so that the target never gets a record before one that it lacks.
 */
export function createDeliver(sendChunk: SendChunk): Deliver {
  return async (delivery, target, { items, chunks }) => {
    const invokeLatency: number[] = [];
    const call = { ...delivery, target, items, onCall: (ms: number) => invokeLatency.push(ms) };
    const cut = chunks(payloadLimit(target));
    if (target.invocation === 'event') {
      const failures = await Promise.all(cut.map((chunk) => sendChunk(call, chunk)));
      return { undelivered: failures.filter((failure) => failure !== undefined), invokeLatency };
    }

    const undelivered: Undelivered[] = [];
    for (const chunk of cut) {
      const failed = await sendChunk(call, chunk);
      if (failed === undefined) continue;
      // What no invocation can carry goes another way, and the order of all others stays.
      if (target.onFailure === 'block' && failed.failure.class !== 'too-large') {
        undelivered.push({ ...failed, count: items.length - failed.first });
        break;
      }
      undelivered.push(failed);
    }
    return { undelivered, invokeLatency };
  };
}

/** Bytes of a payload as it is sent. */
function payloadLimit({ invocation }: Target): number {
  const { eventPayloadBytes, requestResponsePayloadBytes } = limits.invoke;
  return invocation === 'event' ? eventPayloadBytes : requestResponsePayloadBytes;
}
