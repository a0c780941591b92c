import * as limits from './aws-limits.ts';

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
  const leftMs = Math.max(0, remainingMs);
  const parkMs = leftMs - Math.min(LONGEST_REPORT_MS, leftMs * REPORT_SHARE);
  const sendMs = parkMs - Math.min(LONGEST_PARK_MS, leftMs * PARK_SHARE);
  return { sendMs, parkMs };
}

/** Seconds that a call to a target may last with a forwarder of that `timeoutSeconds`. */
export function sendingSeconds(timeoutSeconds: number): number {
  return Math.floor(timesOfInvocation(timeoutSeconds * 1000).sendMs / 1000);
}

/** The smallest `timeoutSeconds` of a forwarder with which a call may last that long: 11 s more at the most. */
export function timeoutSecondsFor(seconds: number): number {
  let timeoutSeconds = seconds;
  while (sendingSeconds(timeoutSeconds) < seconds) timeoutSeconds += 1;
  return timeoutSeconds;
}

/** The longest time that a call to a target may last with any forwarder, in seconds. */
export const mostSendingSeconds = sendingSeconds(limits.lambda.timeoutSeconds);
