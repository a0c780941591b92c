import { orAborted } from './abort.ts';
import type { Clock } from './clock.ts';

/** Wakes those who wait for a change, or for a time. */
export interface Wakeup {
  /** Something has changed. */
  notify(): void;
  /** Resolves at the next change, or after `ms`, which may be infinite; rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWakeup(clock: Clock): Wakeup {
  let changed = Promise.withResolvers<void>();
  return {
    notify() {
      changed.resolve();
      changed = Promise.withResolvers();
    },
    async wait(ms, signal) {
      const timer = new AbortController();
      const timed = Number.isFinite(ms) ? [clock.sleep(ms, timer.signal).catch(() => {})] : [];
      await orAborted(Promise.race([changed.promise, ...timed]), signal).finally(() => timer.abort());
    },
  };
}
