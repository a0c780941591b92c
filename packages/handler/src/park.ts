import { encodeParkedRecords, limits, type StoredRoute, type Target } from '@xacct/core';
import type { Deadline } from './deadline.ts';
import type { Undelivered } from './deliver.ts';
import type { FlightLimit } from './flight-limit.ts';
import type { Log } from './log.ts';
import type { ObjectStore } from './object-store.ts';
import type { Item } from './pack.ts';
import type { Queues } from './queues.ts';
import { shardIdOf } from './stream-event.ts';

export interface Parking {
  route: StoredRoute;
  streamArn: string;
  deadline: Deadline;
  requestId: string;
  /** Times that sending these records has failed, with this one: 1 or more. */
  attempts: number;
  /** When the records were first parked, ISO 8601: absent the first time. */
  parkedAt?: string;
  /** Until the records are sent again: 0–900. */
  delaySeconds: number;
}

/**
 * Keeps what a target does not have where nothing is lost: in the route's retry queue, or in the failure bucket what fits
 * into no message or into no invocation. Never rejects; returns what could not be kept.
 */
export type Park = (
  parking: Parking,
  target: Target,
  items: readonly Item[],
  undelivered: readonly Undelivered[],
) => Promise<Undelivered[]>;

/** What the facts around the records take of a message, at the most. */
const FACTS_BYTES = 8 * 1024;

export function createPark(options: {
  queues: Queues;
  bucket: ObjectStore;
  flight: FlightLimit;
  log: Log;
  now?: () => number;
}): Park {
  const { queues, bucket, flight, log, now = Date.now } = options;

  return async (parking, target, items, undelivered) => {
    const { route, deadline, requestId, delaySeconds } = parking;
    const signal = deadline.park;

    const keep = async (part: Undelivered): Promise<void> => {
      const parked = items.slice(part.first, part.first + part.count);
      const body = encodeParkedRecords(
        {
          route: route.name,
          streamArn: parking.streamArn,
          target: target.functionArn,
          ...placeOf(parked),
          failure: part.failure.class,
          reason: part.failure.reason,
          attempts: parking.attempts,
          parkedAt: parking.parkedAt ?? new Date(now()).toISOString(),
        },
        parked.map(({ text }) => text),
      );
      const bytes = Buffer.byteLength(body);
      await flight.run(bytes, async () => {
        signal.throwIfAborted();
        if (part.failure.class !== 'too-large' && bytes <= limits.sqs.messageBytes) {
          const message = { queueUrl: route.retryQueueUrl, body, target: target.functionArn, delaySeconds };
          await queues.send(message, signal);
        } else {
          await bucket.put(keyOf(route.name, target.functionArn, parked), body, signal);
        }
      });
    };

    const parts = undelivered.flatMap((range) => cutIntoMessages(items, range));
    const outcomes = await Promise.allSettled(parts.map(keep));
    return parts.filter((part, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') return false;
      log.error('Records could not be parked', {
        requestId,
        route: route.name,
        target: target.functionArn,
        records: part.count,
        class: part.failure.class,
        reason: reasonOf(outcome.reason),
      });
      return true;
    });
  };
}

/** Parts that each fit into one message. A record that does not fit by itself stands alone. */
function cutIntoMessages(items: readonly Item[], range: Undelivered): Undelivered[] {
  const room = limits.sqs.messageBytes - FACTS_BYTES;
  const parts: Undelivered[] = [];
  let current: Undelivered | undefined;
  let bytes = 0;
  for (const [index, item] of items.slice(range.first, range.first + range.count).entries()) {
    const added = bytesInMessage(item);
    if (current !== undefined && bytes + added <= room) {
      current.count += 1;
      bytes += added;
    } else {
      current = { ...range, first: range.first + index, count: 1 };
      bytes = added;
      parts.push(current);
    }
  }
  return parts;
}

/** With a comma. Two characters are escaped in a message, and take six bytes there instead of three. */
function bytesInMessage({ text, bytes }: Item): number {
  const escaped = bytes === text.length ? null : text.match(/[\ufffe\uffff]/g);
  return bytes + 1 + 3 * (escaped?.length ?? 0);
}

function placeOf(items: readonly Item[]) {
  const [first, last] = [items.at(0), items.at(-1)];
  return {
    shardId: first === undefined ? '' : shardIdOf(first.record),
    firstSequenceNumber: first?.sequenceNumber ?? '',
    lastSequenceNumber: last?.sequenceNumber ?? '',
  };
}

/** The same for the same records, so that an object is written again rather than twice. */
function keyOf(route: string, functionArn: string, items: readonly Item[]): string {
  return `parked/${route}/${functionArn}/${items.at(0)?.id}-${items.length}.json`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
