import type { Invocation, Target } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import { AssumeRoleError } from '../aws/assume-role.ts';
import { type Clock, sleep, systemClock } from '../invocation/clock.ts';
import { DeadlineError } from '../invocation/deadline.ts';
import type { Chunk, Item } from '../records/pack.ts';
import type { Breaker } from './breaker.ts';
import { callBackoffMs } from './call-backoff.ts';
import { type CallTarget, type CallUnderWay, NoAnswerError } from './call-target.ts';
import type { Delivery } from './delivery.ts';
import { classifyFailure, type Failure, isAboutRecords, isTransient } from './failure-class.ts';
import type { LateAnswer } from './late-answer.ts';
import type { CallEnd, Pace } from './pace.ts';
import { endless, LEFT_BEHIND_MS, type Patience } from './patience.ts';
import { targetKey } from './target-key.ts';
import { TargetFailure } from './target-response.ts';

export interface ChunkDelivery extends Delivery {
  target: Target;
  /** Those of the shipment that the chunk is a part of. */
  items: readonly Item[];
  /** When the target was first called for this shipment, epoch ms. */
  startedAt: number;
  /** Gets the milliseconds of every call. */
  onCall: (ms: number) => void;
}

export interface ChunkFailure {
  failure: Failure;
  /** Index in the shipment of the first record that the target does not have. */
  failedFrom: number;
  /** Calls of the function that were made for the chunk. */
  calls: number;
  /** Only if the function was left behind. */
  late?: LateAnswer;
}

/** Sends one chunk, with retries where they may help. Never rejects; undefined once the target has the chunk. */
export type SendChunk = (delivery: ChunkDelivery, chunk: Chunk) => Promise<ChunkFailure | undefined>;

/** Calls for one chunk. What still fails then waits in the retry queue, or is brought again by the stream. */
const ATTEMPTS = 5;
/** The client of STS makes several calls for each. */
const ASSUME_ATTEMPTS = 2;

export function createSendChunk(options: {
  callTarget: CallTarget;
  breaker: Breaker;
  pace: Pace;
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}): SendChunk {
  const { callTarget, breaker, pace, clock = systemClock, random = Math.random } = options;

  /** Whether to call once more after so many milliseconds. */
  function mayRetryAfter(
    delayMs: number,
    delivery: ChunkDelivery,
    isProbe: boolean,
    failure: Failure,
  ): boolean {
    const { deadline, target, patience, startedAt } = delivery;
    if (delayMs >= deadline.msToSend()) return false;
    // Where the stream waits for the target, nobody is left behind.
    if (target.onFailure === 'block') return true;
    // A throttled function lives, and may take the next call.
    const mayTryAgain = !isProbe || (failure.class === 'throttled' && patience === endless);
    return mayTryAgain && clock.now() + delayMs < patience.endsAt(startedAt);
  }

  /** What an answer shows about the target. Records on which it fails are judged one by one. */
  function judge(key: string, chunk: Chunk, failure: Failure, error: unknown): void {
    if (error instanceof TargetFailure)
      breaker.answered(key, { delivered: error.failedFrom - chunk.first, failed: 0 });
    // A chunk that was never sent shows nothing about its target.
    else if (!isAboutRecords(failure.class) && failure.class !== 'untried')
      breaker.targetFailed(key, failure);
  }

  function lateAnswer(key: string, chunk: Chunk, { done }: CallUnderWay, endsAt: number): LateAnswer {
    const delivered = done.then(
      () => {
        breaker.answered(key, { delivered: chunk.count, failed: 0 });
        return true;
      },
      (error: unknown) => {
        judge(key, chunk, failureOf(error), error);
        return false;
      },
    );
    return { delivered, endsAt };
  }

  return async (delivery, chunk) => {
    const { target, deadline, route, items } = delivery;
    const key = targetKey(target);
    let invocation = fitting(target.invocation, chunk);
    if (invocation === undefined) {
      const reason = `A record of ${chunk.bytes} bytes is more than any invocation can carry`;
      return { failure: { class: 'too-large', reason }, failedFrom: chunk.first, calls: 0 };
    }
    // A failing target mostly needs a new connection, which takes the one core that its neighbours' calls need.
    const isProbe = breaker.isFailing(key);
    if (isProbe) await sleep(clock, 0);
    let calls = 0;
    const onEnd = (ms: number, end: CallEnd) => {
      calls += 1;
      pace.lasted(key, ms, chunk.count, end);
      delivery.onCall(ms);
    };
    let renewed = false;
    let last: Failure | undefined;
    for (let attempts = 1; ; attempts++) {
      const call = callTarget({ route, target, items, chunk, invocation, deadline, onEnd });
      try {
        await unlessLeftBehind(call.done, delivery);
        breaker.answered(key, { delivered: chunk.count, failed: 0 });
        return undefined;
      } catch (error) {
        if (error instanceof LeftBehindError) {
          const endsAt = call.leaveBehind();
          if (endsAt === undefined) return { failure: last ?? NOT_CALLED, failedFrom: chunk.first, calls };
          const late = lateAnswer(key, chunk, call, endsAt);
          return { failure: LEFT_BEHIND, failedFrom: chunk.first, calls: calls + 1, late };
        }
        const failure = error instanceof DeadlineError ? (last ?? UNTRIED) : failureOf(error);
        last = failure;
        if (failure.class === 'too-large' && invocation === 'event') {
          // Where AWS queues less than this project's limit, the target can still be called.
          invocation = 'request-response';
          continue;
        }
        if (failure.class === 'credentials' && !renewed) {
          renewed = true;
          continue;
        }
        const most = error instanceof AssumeRoleError ? ASSUME_ATTEMPTS : ATTEMPTS;
        const delayMs = callBackoffMs(attempts, random(), failure.retryAfterMs);
        if (isTransient(failure) && attempts < most && mayRetryAfter(delayMs, delivery, isProbe, failure)) {
          await sleep(clock, delayMs, deadline.send);
          continue;
        }
        judge(key, chunk, failure, error);
        const failedFrom = error instanceof TargetFailure ? error.failedFrom : chunk.first;
        return { failure, failedFrom, calls };
      }
    }
  };
}

/** A record too large for `event` goes `request-response`, in a chunk of its own; undefined for one too large for both. */
function fitting(wanted: Invocation, { bytes }: Chunk): Invocation | undefined {
  if (bytes > limits.invoke.requestResponsePayloadBytes) return undefined;
  return bytes > limits.invoke.eventPayloadBytes ? 'request-response' : wanted;
}

const UNTRIED: Failure = {
  class: 'untried',
  reason: 'The time of the invocation was over before the target could be called',
};

const NOT_CALLED: Failure = {
  class: 'untried',
  reason: 'The other targets of the route were waiting before the function could be called',
};

const LEFT_BEHIND: Failure = {
  class: 'left-behind',
  reason: `The function had not answered ${LEFT_BEHIND_MS / 1000} s after the other targets of the route; its answer still counts if it comes`,
};

function failureOf(error: unknown): Failure {
  if (error instanceof NoAnswerError) return { class: 'deadline', reason: error.message };
  return classifyFailure(error);
}

/** The other targets of the batch have waited for long enough. */
class LeftBehindError extends Error {}

/**
 * A target is left behind unless the stream has to wait for it, or the routes file sets how long it may take: its
 * neighbours wait for as long then.
 */
async function unlessLeftBehind(
  work: Promise<void>,
  { target, patience, startedAt }: { target: Target; patience: Patience; startedAt: number },
): Promise<void> {
  if (target.onFailure === 'block' || target.timeoutSeconds !== undefined) return work;
  const { promise: left, reject } = Promise.withResolvers<never>();
  const cancel = patience.onLeftBehind(startedAt, () => reject(new LeftBehindError()));
  try {
    await Promise.race([work, left]);
  } finally {
    cancel();
  }
}
