import { setTimeout } from 'node:timers/promises';

/**
 * Spreads messages over time: each call resolves when the next message may go, at most `rate` a second. It resolves to
 * false if the signal came first.
 */
export function createPace(rate: number): (signal?: AbortSignal) => Promise<boolean> {
  let next = 0;
  return async (signal) => {
    const wait = next - performance.now();
    if (wait > 0) await setTimeout(wait, undefined, { signal }).catch(() => undefined);
    next = Math.max(next, performance.now()) + 1000 / rate;
    return signal?.aborted !== true;
  };
}
