import { stopSignal } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import type { FunctionRuntime, Invocation } from './invocation.ts';

/** An asynchronous event that its function never took. */
export interface LostEvent {
  invocation: Invocation;
  condition: 'RetriesExhausted' | 'EventAgeExceeded';
  /** Number of times that the function ran. */
  attempts: number;
  /** Outcome of the last attempt. */
  reason: string;
}

export function describeLost({ invocation, condition, attempts, reason }: LostEvent): string {
  const { invokedArn, requestId } = invocation;
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${invokedArn} did not take event ${requestId} in ${times} (${condition}): ${reason}`;
}

/**
 * A function that fails gets an asynchronous event again a minute after the first failure and two after the second.
 * A function that cannot run now is invoked again after a second, then after twice the time each, up to five minutes, for six hours.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const ASYNC_RETRY_WAITS_MS = [60_000, 120_000];
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 300_000;
const EVENT_AGE_MS = 6 * 3_600_000;

/** The queue of asynchronous invocations. */
export function createEventQueue(clock: Clock, onLost: (lost: LostEvent) => void) {
  const stopped = stopSignal();
  const { signal } = stopped;
  const queued = new Set<Promise<void>>();

  /** Rejects only when everything stops. */
  const run = async (runtime: FunctionRuntime, invocation: Invocation) => {
    const expiresAt = clock.now() + EVENT_AGE_MS;
    const waitsMs = [...ASYNC_RETRY_WAITS_MS];
    let attempts = 0;
    let backoffMs = FIRST_BACKOFF_MS;
    let waitMs: number | undefined = 0;
    let reason = '';
    while (waitMs !== undefined) {
      await clock.sleep(waitMs, signal);
      if (clock.now() >= expiresAt) {
        onLost({ invocation, condition: 'EventAgeExceeded', attempts, reason });
        return;
      }
      try {
        const { payload, functionError } = await runtime.invoke(invocation);
        if (functionError === undefined) return;
        attempts += 1;
        reason = payload;
        waitMs = waitsMs.shift();
      } catch (error) {
        signal.throwIfAborted();
        reason = String(error);
        waitMs = backoffMs;
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
    onLost({ invocation, condition: 'RetriesExhausted', attempts, reason });
  };

  return {
    add(runtime: FunctionRuntime, invocation: Invocation) {
      const work = run(runtime, invocation)
        .catch(() => {})
        .finally(() => queued.delete(work));
      queued.add(work);
    },
    /** No event is tried again from now on. */
    stop: () => stopped.abort(),
    /** Resolves once no event is at its function. */
    ended: () => Promise.all(queued),
  };
}
