import type { StoredRoute, Target } from '@xacct/core';
import type { Breaker } from './breaker.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import type { Deliver, Undelivered } from './deliver.ts';
import { type Failure, isAboutRecords } from './failure-class.ts';
import type { FailureLog } from './failure-log.ts';
import { createHandledRecords } from './handled-records.ts';
import { notCalled } from './isolate.ts';
import { createHistories, groupForCall, hasFailedBefore, isExpired, itemsOf, type Letter } from './letter.ts';
import type { Metrics } from './metrics.ts';
import type { Pace } from './pace.ts';
import { createShipment, type Item } from './pack.ts';
import { toParcels } from './parcels.ts';
import type { Parcel, Park } from './park.ts';
import { endless, PATIENCE_MS } from './patience.ts';
import type { Repost } from './repost.ts';
import { matcher } from './target-filter.ts';
import { targetKey } from './target-key.ts';
import type { WaitingObjects } from './waiting-objects.ts';

export interface TargetLetters {
  route: StoredRoute;
  target: Target;
  letters: readonly Letter[];
  deadline: Deadline;
  requestId: string;
}

/**
 * Sends the records of letters to their target, or puts them off. Never rejects; returns the letters whose records are
 * neither delivered nor kept elsewhere.
 */
export type Resend = (work: TargetLetters) => Promise<ReadonlySet<Letter>>;

/** A message may be a little early: SQS delays by full seconds. */
const DUE_SOON_MS = 1_000;
/** Until an object that could not be read is read again. */
const READ_AGAIN_MS = 60_000;
/** For which objects of records are tried to be read beyond the time of the records. */
const READ_FOR_SECONDS = 3_600;
/** Letters are put together for a call that takes no more of the invocation's time. */
const CALL_SHARE = 0.25;
/**
 * Messages in a row that records may be in. Waits of 15 min make 1,344 in the longest time for retries, 14 days; more show
 * that messages go round without an end.
 */
const MOST_HOPS = 10_000;

export function createResend(options: {
  deliver: Deliver;
  park: Park;
  repost: Repost;
  waiting: WaitingObjects;
  breaker: Breaker;
  pace: Pace;
  metrics: Metrics;
  failures: FailureLog;
  clock?: Clock;
}): Resend {
  const { deliver, park, repost, waiting, breaker, pace, metrics, failures } = options;
  const { clock = systemClock } = options;
  const handled = createHandledRecords();

  /** Letters whose records could not be read. S3 gets an hour more than the records have to answer for them. */
  async function putOffUnread(work: TargetLetters, unread: readonly Letter[]): Promise<Letter[]> {
    const now = clock.now();
    // The time of the invocation was over, which says nothing about the objects.
    if (work.deadline.send.aborted) return [...(await repost(work, unread, { to: 'retry', dueAt: now }))];
    const retryForSeconds = work.route.retryForSeconds + READ_FOR_SECONDS;
    const [lost, again] = split(unread, (letter) => isExpired(letter, { retryForSeconds }, now));
    return [
      ...(await repost(work, lost, { to: 'dead-letters', failure: UNREAD })),
      ...(await repost(work, again, { to: 'retry', dueAt: now + READ_AGAIN_MS })),
    ];
  }

  /** Sends letters that can share a call. Returns those that failed, and why no more are to be sent to the target. */
  async function sendTogether(work: TargetLetters, letters: readonly [Letter, ...Letter[]]) {
    const { route, target, deadline, requestId } = work;
    const [first] = letters;
    const { contents, unread } = await waiting.load(letters, deadline.send);
    const unkept = new Set<Letter>(await putOffUnread(work, unread));
    const { items: all, lettersOf } = itemsOf(contents, route.deaggregate);
    const lettersWith = (item: Item) => lettersOf.get(item) ?? [];
    const due = all.filter((item) => !handled.has(lettersWith(item), item));
    // A batch that was given up was never filtered.
    const items = target.filter === undefined ? due : due.filter(matcher(target.filter));
    const startedAt = clock.now();
    const failedBefore = hasFailedBefore(first);
    const delivery = { route: route.name, deadline, patience: endless, failedBefore, keepsOrder: false };
    const { undelivered, invokeLatency } = await deliver(delivery, target, createShipment(items, false));
    const lacking = countOf(undelivered);
    // An answer in good time: batches of the stream can be sent to the target directly again.
    if (lacking < items.length && clock.now() - startedAt < PATIENCE_MS) pace.heldUp(targetKey(target), 0);

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
    const lost = new Set([...unparked, ...unburied]);
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
      failed: lost.size,
      invokeLatency,
    });
    for (const { failure, count } of undelivered)
      failures.report({ requestId, route: route.name, target, failure, records: count });
    return { unkept, stop: stopAfter(undelivered) };
  }

  /** Takes letters off that one call is to carry: more than one only where they are known not to take too long. */
  function takeForCall(
    { target, deadline }: TargetLetters,
    rest: Letter[],
  ): [Letter, ...Letter[]] | undefined {
    const [first, ...others] = rest;
    if (first === undefined) return undefined;
    const isBounded = target.invocation === 'request-response' && !hasFailedBefore(first);
    let room = isBounded
      ? pace.recordsWithin(targetKey(target), deadline.totalMs * CALL_SHARE) - first.parked.count
      : Number.POSITIVE_INFINITY;
    const together: [Letter, ...Letter[]] = [first];
    for (const letter of others) {
      room -= letter.parked.count;
      if (room < 0) break;
      together.push(letter);
    }
    rest.splice(0, together.length);
    return together;
  }

  return async (work) => {
    const { route, target, letters } = work;
    const now = clock.now();
    const unkept = new Set<Letter>();
    const keep = async (unsent: Promise<Iterable<Letter>>) => {
      for (const letter of await unsent) unkept.add(letter);
    };
    const [due, early] = split(
      letters,
      ({ dueAt, receivedAt }) => dueAt <= Math.max(now, receivedAt) + DUE_SOON_MS,
    );
    await keep(repost(work, early, { to: 'retry' }));
    const [tooOften, live] = split(due, ({ hops }) => hops >= MOST_HOPS);
    await keep(repost(work, tooOften, { to: 'dead-letters', failure: TOO_MANY_HOPS }));
    if (live.length === 0) return unkept;

    const key = targetKey(target);
    const isExpiredNow = (letter: Letter) => isExpired(letter, route, now);
    const asked = breaker.ask(key, live.some(isExpiredNow));
    let stop = asked === 'wait' ? breaker.openedBy(key) : undefined;
    for (const group of groupForCall(live)) {
      const rest = [...group];
      while (stop === undefined) {
        const together = takeForCall(work, rest);
        if (together === undefined) break;
        const sent = await sendTogether(work, together);
        for (const letter of sent.unkept) unkept.add(letter);
        stop = sent.stop;
        // A probe is one call.
        if (asked === 'probe') stop ??= breaker.openedBy(key);
      }
      if (stop === undefined) continue;
      const failure = stop.class === 'untried' ? stop : notCalled(stop);
      const [over, waits] = split(rest, (letter) => isExpiredNow(letter) && failure.class !== 'untried');
      await keep(repost(work, over, { to: 'dead-letters', failure: stop }));
      await keep(repost(work, waits, { to: 'retry', failure }));
    }
    breaker.probed(key);
    return unkept;
  };
}

const TOO_MANY_HOPS: Failure = {
  class: 'untried',
  reason: `The records were in ${MOST_HOPS} messages, one after another`,
};

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

function countOf(ranges: readonly Undelivered[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
