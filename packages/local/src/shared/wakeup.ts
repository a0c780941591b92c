import { orAborted } from './abort.ts';
import type { Clock } from './clock.ts';

/** Wakes callers that wait for a change, or for a time. */
export function createWakeup(clock: Clock) {
  let changed = Promise.withResolvers<void>();
  return {
    /** Something has changed. */
    notify() {
      changed.resolve();
      changed = Promise.withResolvers();
    },
    /** Resolves at the next change, or after `ms`, which may be infinite; rejects when the signal aborts. */
    async wait(ms: number, signal: AbortSignal) {
      const timer = new AbortController();
      const timed = Number.isFinite(ms) ? [clock.sleep(ms, timer.signal).catch(() => {})] : [];
      await orAborted(Promise.race([changed.promise, ...timed]), signal).finally(() => timer.abort());
    },
  };
}
