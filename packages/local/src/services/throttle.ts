import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';

/**
 * Limits the rate of calls.
 *
 * @throws {AwsError} when too many calls came before this one
 */
export type Throttle = (account: string, region: string) => void;

/**
 * A token bucket for each account and region.
 *
 * @param callsPerSecond calls of one account in one region; as many may come at once
 * @param code AWS's name for the error, which differs between services
 */
export function createThrottle(callsPerSecond: number, code: string, clock: Clock): Throttle {
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
