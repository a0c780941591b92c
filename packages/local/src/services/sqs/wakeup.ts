import { orAborted } from '../../abort.ts';
import type { Clock } from '../../clock.ts';

/** Wakes whoever waits for a change, or for a time to come. */
export class Wakeup {
  readonly #clock: Clock;
  #changed = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something has changed. */
  notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Resolves at the next change, or after `ms`, which may be infinite; rejects when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const timer = new AbortController();
    // Without an end there is nothing to wait for but a change.
    const timed = Number.isFinite(ms) ? [this.#clock.sleep(ms, timer.signal).catch(() => {})] : [];
    await orAborted(Promise.race([this.#changed.promise, ...timed]), signal).finally(() => timer.abort());
  }
}
