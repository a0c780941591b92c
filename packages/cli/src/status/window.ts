/** A time that metrics are read of. */
export interface Window {
  /** Epoch ms, at the start of a period. */
  start: number;
  end: number;
  periodSeconds: number;
}

const MINUTE = 60;
const HOUR = 3600;

/** The time since then, in periods that CloudWatch keeps for so long and that are not too many. */
export function windowSince(since: number, now: number): Window {
  const seconds = (now - since) / 1000;
  const periodSeconds = seconds <= 3 * HOUR ? MINUTE : seconds <= 72 * HOUR ? 5 * MINUTE : HOUR;
  const periodMs = periodSeconds * 1000;
  return { start: Math.floor(since / periodMs) * periodMs, end: now + MINUTE * 1000, periodSeconds };
}
