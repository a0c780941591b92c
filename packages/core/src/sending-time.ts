import { limits } from './limits.ts';

/** Parking takes a fifth of the time, 10 s at the most; reporting a tenth, 1 s at the most. */
const PARK_SHARE = 0.2;
const LONGEST_PARK_MS = 10_000;
const REPORT_SHARE = 0.1;
const LONGEST_REPORT_MS = 1_000;

/**
 * Divides the time of a forwarder's invocation: what targets do not have when sending ends can still be parked, and what is
 * not parked when parking ends can still be reported.
 *
 * @param remainingMs of the invocation, from now on
 * @returns milliseconds from now on
 */
export function timesOfInvocation(remainingMs: number): { sendMs: number; parkMs: number } {
  const parkMs = Math.max(0, remainingMs - Math.min(LONGEST_REPORT_MS, remainingMs * REPORT_SHARE));
  const sendMs = Math.max(0, parkMs - Math.min(LONGEST_PARK_MS, remainingMs * PARK_SHARE));
  return { sendMs, parkMs };
}

/** Seconds that a call to a target may last with a forwarder of that `timeoutSeconds`. */
export function sendingSeconds(timeoutSeconds: number): number {
  return Math.floor(timesOfInvocation(timeoutSeconds * 1000).sendMs / 1000);
}

export const mostSendingSeconds = sendingSeconds(limits.lambda.timeoutSeconds);
