import { type Invocation, limits, type Target } from '@xacct/core';
import type { Breaker } from './breaker.ts';
import { abortAfter, type Clock, sleep, systemClock } from './clock.ts';
import { DeadlineError } from './deadline.ts';
import type { Delivery } from './deliver.ts';
import { classifyFailure, type Failure, isAboutRecords, isTransient } from './failure-class.ts';
import type { FlightLimit } from './flight-limit.ts';
import type { Invoke } from './invoke.ts';
import type { Pace } from './pace.ts';
import type { Chunk, Item } from './pack.ts';
import { retryDelayMs } from './retry-delay.ts';
import { AssumeRoleError, type RoleCredentialCache } from './role-credentials.ts';
import { targetKey } from './target-key.ts';
import { checkTargetResponse, TargetFailure } from './target-response.ts';

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
}

/** Sends one chunk, with retries where they may help. Never rejects; undefined once the target has the chunk. */
export type SendChunk = (delivery: ChunkDelivery, chunk: Chunk) => Promise<ChunkFailure | undefined>;

/** Calls for one chunk. What still fails then waits in the retry queue, or is brought again by the stream. */
const ATTEMPTS = 5;
/** The client of STS makes several calls for each. */
const ASSUME_ATTEMPTS = 2;

export function createSendChunk(options: {
  credentials: RoleCredentialCache;
  invoke: Invoke;
  flight: FlightLimit;
  breaker: Breaker;
  pace: Pace;
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}): SendChunk {
  const { credentials, invoke, flight, breaker, pace, clock = systemClock, random = Math.random } = options;

  async function call(delivery: ChunkDelivery, chunk: Chunk, invocation: Invocation): Promise<void> {
    const { route, target, items, deadline } = delivery;
    const { functionArn, region, roleArn, externalId } = target;
    const role = { roleArn, externalId, route };
    deadline.send.throwIfAborted();
    const held = await unlessAborted(deadline.send, credentials.get(role));
    try {
      const output = await flight.run(chunk.bytes, async () => {
        // The room may have been long in coming.
        deadline.send.throwIfAborted();
        const payload = chunk.payload();
        const limit = timeLimit(target, invocation, deadline.send);
        const startedAt = clock.now();
        try {
          const { signal } = limit;
          return await invoke({ functionArn, region, invocation, payload, credentials: held, signal });
        } catch (error) {
          if (deadline.send.aborted) throw new NoAnswerError(TOO_LATE, limit.signal.reason);
          throw limit.signal.aborted ? new NoAnswerError(limit.signal.reason.message, error) : error;
        } finally {
          limit.clear();
          const ms = clock.now() - startedAt;
          pace.lasted(targetKey(target), ms);
          delivery.onCall(ms);
        }
      });
      checkTargetResponse(output, chunk, items);
    } catch (error) {
      if (classifyFailure(error).class === 'credentials') credentials.drop(role, held);
      throw error;
    }
  }

  /** Aborts when the invocation has no more time to send, or the function no more time to answer. */
  function timeLimit({ timeoutSeconds }: Target, invocation: Invocation, send: AbortSignal) {
    if (timeoutSeconds === undefined || invocation === 'event') return { signal: send, clear: () => {} };
    const own = abortAfter(
      clock,
      timeoutSeconds * 1000,
      () => new DeadlineError(`The function did not answer within ${timeoutSeconds} s, its timeoutSeconds`),
    );
    return { signal: AbortSignal.any([send, own.signal]), clear: own.clear };
  }

  /** Whether to call once more after so many milliseconds. */
  function mayRetryAfter(delayMs: number, delivery: ChunkDelivery, isProbe: boolean): boolean {
    const { deadline, target, patience, startedAt } = delivery;
    if (delayMs >= deadline.msToSend()) return false;
    // Where the stream waits for the target, nobody is left behind.
    if (target.onFailure === 'block') return true;
    return !isProbe && clock.now() + delayMs < patience.endsAt(startedAt);
  }

  return async (delivery, chunk) => {
    const { target, deadline } = delivery;
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
    const counted: ChunkDelivery = {
      ...delivery,
      onCall(ms) {
        calls += 1;
        delivery.onCall(ms);
      },
    };
    let renewed = false;
    let last: Failure | undefined;
    for (let attempts = 1; ; attempts++) {
      try {
        await call(counted, chunk, invocation);
        breaker.answered(key, { delivered: chunk.count, failed: 0 });
        return undefined;
      } catch (error) {
        const failure = error instanceof DeadlineError ? (last ?? UNTRIED) : failureOf(error);
        last = failure;
        if (failure.class === 'too-large' && invocation === 'event') {
          // Where less may be queued than this project knows of, the target can still be called.
          invocation = 'request-response';
          continue;
        }
        if (failure.class === 'credentials' && !renewed) {
          renewed = true;
          continue;
        }
        const most = error instanceof AssumeRoleError ? ASSUME_ATTEMPTS : ATTEMPTS;
        const delayMs = retryDelayMs(attempts, random(), failure.retryAfterMs);
        if (isTransient(failure) && attempts < most && mayRetryAfter(delayMs, delivery, isProbe)) {
          await sleep(clock, delayMs, deadline.send);
          continue;
        }
        const failedFrom = error instanceof TargetFailure ? error.failedFrom : chunk.first;
        // A chunk whose turn never came says nothing about its target, and records on which it fails are judged one by one.
        if (!isAboutRecords(failure.class) && failure.class !== 'untried') breaker.targetFailed(key, failure);
        else if (error instanceof TargetFailure)
          breaker.answered(key, { delivered: failedFrom - chunk.first, failed: 0 });
        return { failure, failedFrom, calls };
      }
    }
  };
}

/** A record too large for `event` goes `request-response`, alone in its chunk; undefined for one too large for both. */
function fitting(wanted: Invocation, { bytes }: Chunk): Invocation | undefined {
  if (bytes > limits.invoke.requestResponsePayloadBytes) return undefined;
  return bytes > limits.invoke.eventPayloadBytes ? 'request-response' : wanted;
}

const UNTRIED: Failure = {
  class: 'untried',
  reason: 'The time of the invocation was over before the target could be called',
};

const TOO_LATE = 'The time of the invocation was over before the target had answered';

/** The call was ended before the function had answered; it may yet succeed. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof NoAnswerError) return { class: 'deadline', reason: error.message };
  return classifyFailure(error);
}

/** An AssumeRole is shared with other batches, so it does not end with the signal of one. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
