import { timesOfInvocation } from '@xacct/core';
import { abortAfter, type Clock, systemClock } from './clock.ts';

/** When the parts of an invocation have to be done, so that each leaves time for the next. */
export interface Deadline {
  /** Aborts when what targets do not have by then can still be parked. */
  send: AbortSignal;
  /** Aborts when what is not parked by then can still be reported. */
  park: AbortSignal;
  /** Milliseconds until `send` aborts. */
  msToSend(): number;
  /** Milliseconds that there were in all for sending. */
  totalMs: number;
  /** The invocation is done: no timer stays behind. */
  clear(): void;
}

/** @param remainingMs of the invocation, from now on */
export function createDeadline(remainingMs: number, clock: Clock = systemClock): Deadline {
  const { sendMs, parkMs } = timesOfInvocation(remainingMs);
  const sendEndsAt = clock.now() + sendMs;
  const send = abortAfter(
    clock,
    sendMs,
    () => new DeadlineError('The time of the invocation for calling targets is over'),
  );
  const park = abortAfter(
    clock,
    parkMs,
    () => new DeadlineError('The time of the invocation for parking records is over'),
  );
  return {
    send: send.signal,
    park: park.signal,
    totalMs: sendMs,
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
