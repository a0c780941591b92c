const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/**
 * How long to wait after a failed call: full jitter, so that many environments do not come back together, and never
 * less than the service asked for.
 *
 * @param attempts that failed so far, 1 or more
 * @param random 0 to 1
 */
export function callBackoffMs(attempts: number, random: number, retryAfterMs = 0): number {
  const exponential = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return retryAfterMs + exponential * random;
}
