import { type Clock, systemClock } from '@xacct/local';

export interface LeapingClock extends Clock {
  /** Makes time pass at once, for all who wait for it too. */
  leap(seconds: number): void;
}

/** The real time, ahead by what it has leapt. */
export function leapingClock(): LeapingClock {
  let aheadMs = 0;
  let leapt = Promise.withResolvers<void>();
  const now = () => systemClock.now() + aheadMs;
  return {
    now,
    leap(seconds) {
      aheadMs += seconds * 1000;
      leapt.resolve();
      leapt = Promise.withResolvers();
    },
    async sleep(ms, signal) {
      const until = now() + ms;
      for (let leftMs = ms; leftMs > 0; leftMs = until - now()) {
        const timer = new AbortController();
        const either = signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]);
        const slept = systemClock.sleep(leftMs, either);
        await Promise.race([slept, leapt.promise]).finally(() => timer.abort(new Error('Stopped waiting')));
        slept.catch(() => {});
        signal?.throwIfAborted();
      }
    },
  };
}
