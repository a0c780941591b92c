import { createHash } from 'node:crypto';
import {
  encodeParkedRecords,
  encodeParkedReference,
  PARKED_PREFIX,
  type ParkedFacts,
  pausedPrefix,
  type StoredRoute,
  WAITING_PREFIX,
} from '@xacct/core';
import * as limits from '@xacct/core/limits';
import type { ObjectStore } from '../aws/object-store.ts';
import type { FlightLimit } from '../delivery/flight-limit.ts';
import type { LateAnswer } from '../delivery/late-answer.ts';
import type { Deadline } from '../invocation/deadline.ts';
import type { Log } from '../invocation/log.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import type { Item } from '../records/pack.ts';
import { arrivalMs } from '../records/stream-event.ts';
import { cutIntoMessages } from './cut-into-messages.ts';
import { deadLetterReason } from './dead-letter-reason.ts';
import { delaySecondsUntil, whenDue } from './due-time.ts';
import type { Parcel } from './parcel.ts';
import type { Queues } from './queues.ts';

export interface Parking {
  route: Pick<StoredRoute, 'name' | 'retryQueueUrl' | 'deadLetterQueueUrl' | 'retryForSeconds'>;
  streamArn: string;
  /** ARN of the function that lacks the records. */
  target: string;
  shardId: string;
  deadline: Deadline;
  requestId: string;
  /** Dead letters are not sent again by themselves. */
  to: 'retry' | 'dead-letters';
}

/**
 * Keeps what a target does not have where nothing is lost: in the route's retry queue, or in an object of the failure bucket
 * to which a message of the queue refers. What no invocation can carry stays in the bucket for a person to look at, and what
 * a paused target is to get until it is resumed. Never rejects; returns the items that could not be kept.
 */
export type Park = (parking: Parking, parcels: readonly Parcel[]) => Promise<ReadonlySet<Item>>;

/**
 * Records that have waited for this long may wait for hours. From then on those of more than 64 KiB, the unit in which SQS
 * bills, lie in the bucket: every wait costs a send and a receive of the message.
 */
const LONG_WAIT_MS = 600_000;
const LARGE_BYTES = 64 * 1024;
/** From the end of a call that was left behind until its records are sent again: a frozen environment hears of it late. */
const LATE_MS = 840_000;

export function createPark(options: {
  queues: Queues;
  objects: ObjectStore;
  flight: FlightLimit;
  log: Log;
  metrics: Pick<Metrics, 'add'>;
  now?: () => number;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}): Park {
  const { queues, objects, flight, log, metrics, now = Date.now, random = Math.random } = options;

  async function keep(parking: Parking, parcel: Parcel): Promise<void> {
    const { route, target, deadline } = parking;
    const signal = deadline.park;
    const { items, failure } = parcel;
    const time = now();
    const { facts, delaySeconds } = factsOf(parking, parcel, time);
    const texts = items.map(({ text }) => text);
    const body = encodeParkedRecords(facts, texts);
    const bytes = Buffer.byteLength(body);
    await flight.run(bytes, async () => {
      signal.throwIfAborted();
      if (failure.class === 'too-large') {
        await objects.put(keptKey(parking, items), body, signal);
        metrics.add('keptObjects');
        return;
      }
      if (failure.class === 'paused' && (await setAside(parking, items, body))) return;
      const isRetry = parking.to === 'retry';
      const queueUrl = isRetry ? route.retryQueueUrl : route.deadLetterQueueUrl;
      const message = { queueUrl, target, delaySeconds };
      const ageMs = time - (parcel.parkedAt ?? time);
      const waitsLong = isRetry && ageMs >= LONG_WAIT_MS && bytes > LARGE_BYTES;
      const isSmall = bytes <= limits.sqs.messageBytes && !waitsLong;
      if (isSmall && parcel.late === undefined) return queues.send({ ...message, body }, signal);
      const key = waitingKey(parking, items, random());
      await objects.put(key, body, signal);
      await queues.send({ ...message, body: encodeParkedReference(facts, items.length, key) }, signal);
      if (parcel.late !== undefined) void takeBack(parking, key, parcel.late);
    });
  }

  /** Whether the bucket has the records of a paused target; otherwise they wait in the queue, and are brought here from there. */
  async function setAside(parking: Parking, items: readonly Item[], body: string): Promise<boolean> {
    try {
      await objects.put(pausedKey(parking, items, now()), body, parking.deadline.park);
      return true;
    } catch (error) {
      log.warn(
        'Records of a paused target wait in the retry queue, since the failure bucket did not take them',
        {
          route: parking.route.name,
          target: parking.target,
          reason: reasonOf(error),
        },
      );
      return false;
    }
  }

  /** A message whose object is gone is void. */
  async function takeBack({ target, route }: Parking, key: string, { delivered }: LateAnswer): Promise<void> {
    if (!(await delivered)) return;
    try {
      await objects.delete(key, new AbortController().signal);
    } catch (error) {
      log.warn('Records that their target has by now could not be taken back; they are sent again', {
        route: route.name,
        target,
        object: key,
        reason: reasonOf(error),
      });
    }
  }

  function factsOf(parking: Parking, parcel: Parcel, time: number) {
    const { route, streamArn, target, shardId } = parking;
    const { items, failure, attempts, parkedAt = time, hops, unroutedSince, late } = parcel;
    const isRetry = parking.to === 'retry';
    const asked = parcel.dueAt ?? (late && late.endsAt + LATE_MS);
    const dueAt = asked ?? whenDue(route, parcel, time, random()).dueAt;
    const facts: ParkedFacts = {
      route: route.name,
      streamArn,
      target,
      shardId,
      firstSequenceNumber: items.at(0)?.sequenceNumber ?? '',
      lastSequenceNumber: items.at(-1)?.sequenceNumber ?? '',
      failure: failure.class,
      reason: isRetry ? failure.reason : deadLetterReason(failure, attempts, { parkedAt, now: time }),
      attempts,
      parkedAt: new Date(parkedAt).toISOString(),
      ...(isRetry && { dueAt: new Date(dueAt).toISOString() }),
      hops,
      ...(unroutedSince !== undefined && { unroutedSince: new Date(unroutedSince).toISOString() }),
    };
    return { facts, delaySeconds: isRetry ? delaySecondsUntil(dueAt, time) : 0 };
  }

  return async (parking, parcels) => {
    const parts = parcels.flatMap(cutIntoMessages);
    const outcomes = await Promise.allSettled(parts.map((part) => keep(parking, part)));
    const unkept = new Set<Item>();
    for (const [index, outcome] of outcomes.entries()) {
      const part = parts[index];
      if (outcome.status === 'fulfilled' || part === undefined) continue;
      for (const item of part.items) unkept.add(item);
      log.error('Records could not be parked', {
        requestId: parking.requestId,
        route: parking.route.name,
        target: parking.target,
        records: part.items.length,
        class: part.failure.class,
        reason: reasonOf(outcome.reason),
      });
    }
    return unkept;
  };
}

/** The same for the same records, so that an object is written again rather than twice. */
function keptKey(parking: Parking, items: readonly Item[]): string {
  return `${PARKED_PREFIX}${pathOf(parking, items)}.json`;
}

/** Never a key that a message refers to already: that message deletes its object once its records are elsewhere. */
function waitingKey(parking: Parking, items: readonly Item[], random: number): string {
  const unique = random.toString(36).slice(2);
  return `${WAITING_PREFIX}${pathOf(parking, items)}-${parking.requestId}-${unique}.json`;
}

/** In the order of arrival, and the same for the same records, so that an object is written again rather than twice. */
function pausedKey({ route, target }: Parking, items: readonly Item[], now: number): string {
  const first = items.at(0);
  const arrivedAt = new Date((first && arrivalMs(first.record)) ?? now).toISOString();
  const hash = createHash('sha256');
  for (const { id } of items) hash.update(`${id} `);
  const name = `${arrivedAt}-${first?.id}-${items.length}-${hash.digest('hex').slice(0, 16)}`;
  return `${pausedPrefix(route.name, target)}${name}.json`;
}

function pathOf({ route, target }: Parking, items: readonly Item[]): string {
  return `${route.name}/${target}/${items.at(0)?.id}-${items.length}`;
}
