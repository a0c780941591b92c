import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';

export interface ThrottleOptions {
  /** Calls of one account in one region; as many may come at once. */
  callsPerSecond: number;
  /** AWS's name for the error, which differs between services. */
  code: string;
  clock: Clock;
}

/**
 * Limits the rate of calls.
 *
 * @throws {AwsError} when too many calls came before this one
 */
export type Throttle = (account: string, region: string) => void;

/** A token bucket for each account and region. */
export function createThrottle({ callsPerSecond, code, clock }: ThrottleOptions): Throttle {
  const buckets = new Map<string, { tokens: number /** Epoch ms. */; filledAt: number }>();
  return (account, region) => {
    const key = `${account} ${region}`;
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: callsPerSecond, filledAt: now };
    const filled = bucket.tokens + ((now - bucket.filledAt) / 1000) * callsPerSecond;
    const tokens = Math.min(callsPerSecond, filled);
    if (tokens < 1) throw new AwsError(code, 'Rate exceeded');
    buckets.set(key, { tokens: tokens - 1, filledAt: now });
  };
}
