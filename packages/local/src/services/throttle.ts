import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';

export interface ThrottleOptions {
  /** Calls of one account in one region; as many may come at once. */
  callsPerSecond: number;
  /** AWS's name for the error, which services do not share. */
  code: string;
  clock: Clock;
}

interface Bucket {
  tokens: number;
  /** Epoch ms. */
  filledAt: number;
}

/** A token bucket for each account and region. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** @throws {AwsError} when too many calls came before this one */
  take(account: string, region: string): void {
    const { callsPerSecond, code, clock } = this.#options;
    const key = `${account} ${region}`;
    const now = clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: callsPerSecond, filledAt: now };
    const filled = bucket.tokens + ((now - bucket.filledAt) / 1000) * callsPerSecond;
    const tokens = Math.min(callsPerSecond, filled);
    if (tokens < 1) throw new AwsError(code, 'Rate exceeded');
    this.#buckets.set(key, { tokens: tokens - 1, filledAt: now });
  }
}
