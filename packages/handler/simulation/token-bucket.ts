import type { VirtualTime } from './virtual-time.ts';

/** A quota of calls a second; a second's worth may come at once. */
export function createTokenBucket(time: VirtualTime, perSecond: number): { take(): boolean } {
  let tokens = perSecond;
  let filledAt = time.now();
  return {
    take() {
      tokens = Math.min(perSecond, tokens + ((time.now() - filledAt) / 1000) * perSecond);
      filledAt = time.now();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
