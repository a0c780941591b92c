import type { Clock } from '../invocation/clock.ts';
import type { Chunk, Item } from '../records/pack.ts';
import type { Breaker } from './breaker.ts';
import type { Undelivered } from './delivery.ts';
import type { Failure } from './failure-class.ts';
import type { LateAnswer } from './late-answer.ts';
import type { Pace } from './pace.ts';
import type { ChunkDelivery, SendChunk } from './send-chunk.ts';
import { targetKey } from './target-key.ts';

/**
 * Sends chunks one after another, and sets aside the records on which the function fails. Never rejects; returns what the
 * target does not have, in order.
 */
export type Isolate = (
  call: ChunkDelivery,
  chunks: readonly Chunk[],
  part: (first: number, count: number) => Chunk,
) => Promise<Undelivered[]>;

/** Calls for one shipment and target; what is left then is sent again at once by the retry queue. */
const CALLS = 200;
/** A call that may not end in time is not begun: room for calls half as long again as the longest recent one. */
const MARGIN = 1.5;
/** The first call of an invocation is always made while so much of its time is left. */
const NEARLY_ALL = 0.8;

/**
 * - The function reports a record: it is set aside, and those after it go out again at once, in order. Of a record that was
 *   taken apart, the parts are halved, since the function can name only all of them.
 * - The function throws: its chunk is halved, until one record is left.
 * - The target cannot be called, or does not answer: nothing further is sent.
 *
 * No call is begun that may not end in time, or for which the target's neighbours would wait too long. A chunk of more records
 * than the next call may have is cut.
 */
export function createIsolate(options: {
  sendChunk: SendChunk;
  breaker: Breaker;
  pace: Pace;
  clock: Clock;
}): Isolate {
  const { sendChunk, breaker, pace, clock } = options;

  /** Why the next call is not made; undefined when it is. */
  function whyNot(
    { deadline, patience, startedAt, target }: ChunkDelivery,
    calls: number,
  ): Failure | undefined {
    const leftMs = deadline.msToSend();
    const expectedMs = pace.expectedMs(targetKey(target)) * MARGIN;
    const isFirst = calls === 0 && leftMs >= deadline.totalMs * NEARLY_ALL;
    if (leftMs === 0 || (leftMs < expectedMs && !isFirst))
      return untried('No time was left in the invocation for another call');
    if (calls > 0 && clock.now() >= patience.endsAt(startedAt)) return WAITING;
    if (calls >= CALLS) return untried(`${CALLS} calls were made in one invocation`);
    return undefined;
  }

  return async (call, chunks, part) => {
    const key = targetKey(call.target);
    const undelivered: Undelivered[] = [];
    const open = [...chunks].reverse();
    const setAside = (first: number, count: number, failure: Failure, calls: number, late?: LateAnswer) =>
      undelivered.push({ first, count, failure, calls, ...(late && { late }) });
    /** Calls that records of a chunk were part of before it was cut out of a larger one. */
    const callsBefore = new Map<Chunk, number>();
    const again = (madeBefore: number, first: number, count: number) => {
      if (count === 0) return;
      const next = part(first, count);
      callsBefore.set(next, madeBefore);
      open.push(next);
    };
    let calls = 0;
    let stop: Failure | undefined;
    for (let chunk = open.pop(); chunk !== undefined; chunk = open.pop()) {
      const before = callsBefore.get(chunk) ?? 0;
      stop ??= whyNot(call, calls);
      if (stop !== undefined) {
        setAside(chunk.first, chunk.count, stop, before);
        continue;
      }
      const count = evenPart(chunk.count, call.mostRecords?.() ?? chunk.count);
      if (count < chunk.count) {
        again(before, chunk.first + count, chunk.count - count);
        chunk = part(chunk.first, count);
      }
      const failed = await sendChunk(call, chunk);
      calls += failed?.calls ?? 1;
      if (failed === undefined) continue;

      const { failure, failedFrom } = failed;
      const made = before + failed.calls;
      const end = chunk.first + chunk.count;
      const halve = (first: number, count: number) => {
        const half = Math.ceil(count / 2);
        again(made, first + half, count - half);
        again(made, first, half);
      };
      const isAlone = end - failedFrom === 1;
      const named = failure.class === 'reported' ? countNamed(call.items, failedFrom, end) : 1;
      if (named > 1) {
        again(made, failedFrom + named, end - failedFrom - named);
        halve(failedFrom, named);
      } else if (failure.class === 'reported' || (isAlone && failure.class === 'function-error')) {
        setAside(failedFrom, 1, failure, made);
        again(made, failedFrom + 1, end - failedFrom - 1);
        if (!call.failedBefore) breaker.answered(key, { delivered: 0, failed: 1 });
        const opened = breaker.openedBy(key);
        if (opened !== undefined) stop = notCalled(opened);
      } else if ((failure.class === 'function-error' || failure.class === 'too-large') && !isAlone) {
        halve(chunk.first, chunk.count);
      } else {
        setAside(failedFrom, end - failedFrom, failure, made, failed.late);
        if (failure.class !== 'too-large') stop = failed.late ? WAITING : stopAfter(failure);
      }
    }
    return undelivered;
  };
}

/** The size of the first of equal parts, each at most so large. */
function evenPart(count: number, most: number): number {
  return Math.ceil(count / Math.ceil(count / most));
}

/** A function names a record of the stream: with it, all of its parts that the chunk has. */
function countNamed(items: readonly Item[], failedFrom: number, end: number): number {
  const named = items[failedFrom]?.sequenceNumber;
  const parts = items.slice(failedFrom, end).findIndex(({ sequenceNumber }) => sequenceNumber !== named);
  return parts === -1 ? end - failedFrom : parts;
}

const WAITING = untried('The other targets of the route were waiting');

function stopAfter(failure: Failure): Failure {
  return failure.class === 'untried' ? failure : notCalled(failure);
}

function untried(reason: string): Failure {
  return { class: 'untried', reason };
}

/** Why records are not sent to a target that has just failed for another reason than the records. */
export function notCalled({ reason }: Failure): Failure {
  return { class: 'breaker-open', reason: `Not called, since the target failed: ${reason}` };
}
