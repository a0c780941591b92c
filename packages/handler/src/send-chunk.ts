import { type Invocation, limits, type Target } from '@xacct/core';
import type { Breaker } from './breaker.ts';
import { type Clock, sleep, systemClock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import type { Delivery, Undelivered } from './deliver.ts';
import { classifyFailure, type Failure, isTransient } from './failure-class.ts';
import type { FlightLimit } from './flight-limit.ts';
import type { Invoke } from './invoke.ts';
import type { Chunk, Item } from './pack.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { RoleCredentialCache } from './role-credentials.ts';
import { checkTargetResponse, TargetFailure } from './target-response.ts';

export interface ChunkDelivery extends Delivery {
  target: Target;
  /** Of the shipment that the chunk is of. */
  items: readonly Item[];
  /** Told the milliseconds of every call. */
  onCall: (ms: number) => void;
}

/** Sends one chunk, with retries where they may help. Never rejects; tells what the target does not have of it. */
export type SendChunk = (delivery: ChunkDelivery, chunk: Chunk) => Promise<Undelivered | undefined>;

/** Calls for one chunk. What still fails then waits in the retry queue, or is brought again by the stream. */
const ATTEMPTS = 5;

export function createSendChunk(options: {
  credentials: RoleCredentialCache;
  invoke: Invoke;
  flight: FlightLimit;
  breaker: Breaker;
  clock?: Clock;
  /** 0 to 1, as `Math.random`. */
  random?: () => number;
}): SendChunk {
  const { credentials, invoke, flight, breaker, clock = systemClock, random = Math.random } = options;

  async function call(delivery: ChunkDelivery, chunk: Chunk, invocation: Invocation): Promise<void> {
    const { route, target, items, onCall } = delivery;
    const { functionArn, region, roleArn, externalId } = target;
    const signal = delivery.deadline.send;
    signal.throwIfAborted();
    const role = { roleArn, externalId, route };
    const held = await unlessAborted(signal, credentials.get(role));
    try {
      const output = await flight.run(chunk.bytes, async () => {
        // The room may have been long in coming.
        signal.throwIfAborted();
        const payload = chunk.payload();
        const startedAt = clock.now();
        try {
          return await invoke({ functionArn, region, invocation, payload, credentials: held, signal });
        } finally {
          onCall(clock.now() - startedAt);
        }
      });
      checkTargetResponse(output, chunk, items);
    } catch (error) {
      if (classifyFailure(error).class === 'credentials') credentials.drop(role, held);
      throw error;
    }
  }

  async function attempt(
    delivery: ChunkDelivery,
    chunk: Chunk,
    first: Invocation,
  ): Promise<Undelivered | undefined> {
    const { deadline } = delivery;
    let invocation = first;
    let renewed = false;
    for (let attempts = 1; ; attempts++) {
      try {
        await call(delivery, chunk, invocation);
        return undefined;
      } catch (error) {
        const failure = failureOf(error, deadline);
        if (failure.class === 'too-large' && invocation === 'event') {
          // Where less may be queued than this project knows of, the target can still be called.
          invocation = 'request-response';
          continue;
        }
        if (failure.class === 'credentials' && !renewed) {
          renewed = true;
          continue;
        }
        const delayMs = retryDelayMs(attempts, random(), failure.retryAfterMs);
        if (isTransient(failure, error) && attempts < ATTEMPTS && delayMs < deadline.msToSend()) {
          await sleep(clock, delayMs, deadline.send);
          continue;
        }
        const failedFrom = error instanceof TargetFailure ? error.failedFrom : chunk.first;
        return undelivered(chunk, failure, failedFrom);
      }
    }
  }

  return async (delivery, chunk) => {
    const { functionArn, onFailure, invocation: wanted } = delivery.target;
    const invocation = fitting(wanted, chunk);
    if (invocation === undefined) {
      const reason = `A record of ${chunk.bytes} bytes is more than any invocation can carry`;
      return undelivered(chunk, { class: 'too-large', reason });
    }
    // Where the stream waits for the target, only calls can tell that it is back.
    if (onFailure === 'park' && !breaker.allows(functionArn)) {
      const reason = 'The target failed again and again; it is called again at intervals';
      return undelivered(chunk, { class: 'breaker-open', reason });
    }
    // Its connection is mostly opened anew, which takes the one core that its neighbours' calls need.
    if (breaker.isFailing(functionArn)) await sleep(clock, 0);
    let isCalled = false;
    const onCall = (ms: number) => {
      isCalled = true;
      delivery.onCall(ms);
    };
    const failed = await attempt({ ...delivery, onCall }, chunk, invocation);
    if (failed === undefined) breaker.succeeded(functionArn);
    // A chunk whose turn never came tells nothing about its target.
    else if (isCalled || failed.failure.class !== 'deadline')
      breaker.failed(functionArn, failed.failure.class);
    return failed;
  };
}

function undelivered(chunk: Chunk, failure: Failure, first = chunk.first): Undelivered {
  return { first, count: chunk.first + chunk.count - first, failure };
}

/** A record too large for `event` goes `request-response`, alone in its chunk; undefined for one too large for both. */
function fitting(wanted: Invocation, { bytes }: Chunk): Invocation | undefined {
  if (bytes > limits.invoke.requestResponsePayloadBytes) return undefined;
  return bytes > limits.invoke.eventPayloadBytes ? 'request-response' : wanted;
}

function failureOf(error: unknown, { send }: Deadline): Failure {
  if (!send.aborted || error instanceof TargetFailure) return classifyFailure(error);
  return { class: 'deadline', reason: 'The time of the invocation was over before the target had answered' };
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
