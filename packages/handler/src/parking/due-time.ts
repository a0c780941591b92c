import type { StoredRoute } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import type { Parcel } from './parcel.ts';
import { waitMs } from './wait.ts';

/**
 * When a parcel is sent again: as its failure asks, and for the last time when its time is over.
 *
 * @param time epoch ms
 * @param random 0 to 1
 */
export function whenDue(
  { retryForSeconds }: Pick<StoredRoute, 'retryForSeconds'>,
  { failure, waitsFor = failure.class, parkedAt = Number.POSITIVE_INFINITY, items }: Waiting,
  time: number,
  random: number,
): { dueAt: number } {
  const since = Math.min(parkedAt, time);
  const endsAt = since + retryForSeconds * 1000;
  const dueAt = Math.max(
    time,
    Math.min(endsAt, time + waitMs(waitsFor, time - since, random, items?.length === 1)),
  );
  return { dueAt };
}

type Waiting = Pick<Parcel, 'failure' | 'waitsFor' | 'parkedAt'> & Partial<Pick<Parcel, 'items'>>;

/** The delay of a message, at most what SQS allows: a message that is due later is put off once more then. */
export function delaySecondsUntil(dueAt: number, time: number): number {
  return Math.min(limits.sqs.delaySeconds, Math.max(0, Math.ceil((dueAt - time) / 1000)));
}
