import { abortAfter, type Clock, systemClock } from './clock.ts';

/** When the parts of an invocation have to be done, so that each leaves time for the next. */
export interface Deadline {
  /** Aborts when what targets do not have by then can still be parked. */
  send: AbortSignal;
  /** Aborts when what is not parked by then can still be reported. */
  park: AbortSignal;
  /** Milliseconds until `send` aborts. */
  msToSend(): number;
  /** The invocation is done: no timer stays behind. */
  clear(): void;
}

/** Parking takes a fifth of the time, 10 s at the most; reporting a tenth, 1 s at the most. */
const PARK_SHARE = 0.2;
const LONGEST_PARK_MS = 10_000;
const REPORT_SHARE = 0.1;
const LONGEST_REPORT_MS = 1_000;

/** @param remainingMs of the invocation, from now on */
export function createDeadline(remainingMs: number, clock: Clock = systemClock): Deadline {
  const parkMs = Math.max(0, remainingMs - Math.min(LONGEST_REPORT_MS, remainingMs * REPORT_SHARE));
  const sendMs = Math.max(0, parkMs - Math.min(LONGEST_PARK_MS, remainingMs * PARK_SHARE));
  const sendEndsAt = clock.now() + sendMs;
  const send = abortAfter(clock, sendMs, () => new DeadlineError('The time for sending is over'));
  const park = abortAfter(clock, parkMs, () => new DeadlineError('The time for parking is over'));
  return {
    send: send.signal,
    park: park.signal,
    msToSend: () => Math.max(0, sendEndsAt - clock.now()),
    clear() {
      send.clear();
      park.clear();
    },
  };
}

/** Thrown by whatever a deadline ends. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}
