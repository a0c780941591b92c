import type { StoredRoute, Target } from '@xacct/core';
import type { Deliver } from '../delivery/deliver.ts';
import { countRecords, type Undelivered } from '../delivery/delivery.ts';
import { type Failure, isAboutRecords } from '../delivery/failure-class.ts';
import type { FailureLog } from '../delivery/failure-log.ts';
import type { Pace } from '../delivery/pace.ts';
import { endless, PATIENCE_MS } from '../delivery/patience.ts';
import { targetKey } from '../delivery/target-key.ts';
import { type Clock, systemClock } from '../invocation/clock.ts';
import type { Deadline } from '../invocation/deadline.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { split } from '../invocation/split.ts';
import type { Parcel } from '../parking/parcel.ts';
import { toParcels } from '../parking/parcels.ts';
import type { Park } from '../parking/park.ts';
import { createShipment, type Item } from '../records/pack.ts';
import { matchingItems } from '../records/target-filter.ts';
import { createHandledRecords } from './handled-records.ts';
import { createHistories, hadNoAnswer, hasFailedBefore, isExpired, itemsOf, type Letter } from './letter.ts';
import { mostRecordsOfCall } from './records-per-call.ts';
import type { Repost } from './repost.ts';
import type { WaitingObjects } from './waiting-objects.ts';

export interface TargetLetters {
  route: StoredRoute;
  target: Target;
  letters: readonly Letter[];
  deadline: Deadline;
  requestId: string;
}

/**
 * Sends letters in one call, and parks what the target still lacks. Never rejects.
 *
 * @returns the letters whose records are kept nowhere else, and why no more are to be sent to the target in this invocation
 */
export type SendTogether = (
  work: TargetLetters,
  letters: readonly [Letter, ...Letter[]],
) => Promise<{ unkept: ReadonlySet<Letter>; stop: Failure | undefined }>;

/** Until an object that could not be read is read again. */
const READ_AGAIN_MS = 60_000;
/** For which objects of records are tried to be read beyond the time of the records. */
const READ_FOR_SECONDS = 3_600;

export interface SendTogetherOptions {
  deliver: Deliver;
  park: Park;
  repost: Repost;
  waiting: WaitingObjects;
  pace: Pace;
  metrics: Metrics;
  failures: FailureLog;
  clock?: Clock;
}

export function createSendTogether(options: SendTogetherOptions): SendTogether {
  const { deliver, park, repost, waiting, pace, metrics, failures, clock = systemClock } = options;
  const handled = createHandledRecords();

  /** Letters whose records could not be read. S3 gets an hour more than the records have to answer for them. */
  async function putOffUnread(work: TargetLetters, unread: readonly Letter[]): Promise<Letter[]> {
    const now = clock.now();
    // The time of the invocation was over, which shows nothing about the objects.
    if (work.deadline.send.aborted) return [...(await repost(work, unread, { to: 'retry', dueAt: now }))];
    const retryForSeconds = work.route.retryForSeconds + READ_FOR_SECONDS;
    const [lost, again] = split(unread, (letter) => isExpired(letter, { retryForSeconds }, now));
    return [
      ...(await repost(work, lost, { to: 'dead-letters', failure: UNREAD })),
      ...(await repost(work, again, { to: 'retry', dueAt: now + READ_AGAIN_MS })),
    ];
  }

  /**
   * Parks what the target lacks, or ends it as dead letters where the time of all of its letters is over.
   *
   * @returns the items that could not be kept
   */
  async function parkLacking(
    { route, target, deadline, requestId }: TargetLetters,
    [first]: readonly [Letter, ...Letter[]],
    items: readonly Item[],
    undelivered: readonly Undelivered[],
    lettersWith: (item: Item) => readonly Letter[],
  ): Promise<ReadonlySet<Item>> {
    const { shardId, streamArn } = first.parked;
    const parking = { route, streamArn, target: target.functionArn, shardId, deadline, requestId };
    const histories = createHistories(route);
    const parcels = toParcels(items, undelivered.flatMap(halved), (item) => histories(lettersWith(item)));
    const suspects = new Set(
      undelivered.filter(isOfSeveral).flatMap(({ first: from, count }) => items.slice(from, from + count)),
    );
    const now = clock.now();
    // Records that were not called for want of time have not had their last call, nor those of which one may be why there was
    // no answer.
    const isOver = ({ waitsFor, items: held }: Parcel) =>
      waitsFor !== 'untried' &&
      held.every(
        (item) => !suspects.has(item) && lettersWith(item).every((letter) => isExpired(letter, route, now)),
      );
    const [over, again] = split(parcels, isOver);
    const unparked = await park({ ...parking, to: 'retry' }, again);
    const unburied = await park({ ...parking, to: 'dead-letters' }, over);
    return new Set([...unparked, ...unburied]);
  }

  return async (work, letters) => {
    const { route, target, deadline, requestId } = work;
    const [first] = letters;
    const { contents, unread } = await waiting.load(letters, deadline.send);
    const unkept = new Set<Letter>(await putOffUnread(work, unread));
    const { items: all, lettersOf } = itemsOf(contents, route.deaggregate);
    const lettersWith = (item: Item) => lettersOf.get(item) ?? [];
    const due = all.filter((item) => !handled.has(lettersWith(item), item));
    // A batch that was given up was never filtered.
    const items = matchingItems(target, due);
    const startedAt = clock.now();
    const failedBefore = hasFailedBefore(first);
    const mostRecords = () => mostRecordsOfCall(pace, work, hadNoAnswer(first));
    const delivery = {
      route: route.name,
      ...{ deadline, patience: endless, failedBefore, mostRecords, keepsOrder: false },
    };
    const { undelivered, invokeLatency } = await deliver(delivery, target, createShipment(items, false));
    const lacking = countRecords(undelivered);
    // An answer in good time: batches of the stream can be sent to the target directly again.
    if (lacking < items.length && clock.now() - startedAt < PATIENCE_MS) pace.heldUp(targetKey(target), 0);

    const lost = await parkLacking(work, letters, items, undelivered, lettersWith);
    for (const item of lost) for (const letter of lettersWith(item)) unkept.add(letter);
    for (const { letter } of contents) {
      if (!unkept.has(letter)) continue;
      handled.note(
        letter,
        all.filter((item) => !lost.has(item) && lettersWith(item).includes(letter)),
      );
    }
    const done = contents.map(({ letter }) => letter).filter((letter) => !unkept.has(letter));
    await waiting.drop(done, deadline.park);

    metrics.addTarget(route.name, target.functionArn, {
      recordsIn: due.length,
      delivered: items.length - lacking,
      filtered: due.length - items.length,
      parked: lacking - lost.size,
      paused: 0,
      failed: lost.size,
      invokeLatency,
    });
    for (const { failure, count } of undelivered)
      failures.report({ requestId, route: route.name, target, failure, records: count });
    return { unkept, stop: stopAfter(undelivered) };
  };
}

const UNREAD: Failure = {
  class: 'unavailable',
  reason: 'The records could not be read from the failure bucket',
};

/** The failure after which no other record is sent to the target in this invocation. */
function stopAfter(undelivered: readonly Undelivered[]): Failure | undefined {
  return undelivered.find(({ failure }) => !isAboutRecords(failure.class))?.failure;
}

/** There was no answer for several records, of which one may be why. */
function isOfSeveral({ failure, count }: Undelivered): boolean {
  return failure.class === 'deadline' && count > 1;
}

function halved(range: Undelivered): Undelivered[] {
  if (!isOfSeveral(range)) return [range];
  const half = Math.ceil(range.count / 2);
  return [
    { ...range, count: half },
    { ...range, first: range.first + half, count: range.count - half },
  ];
}
