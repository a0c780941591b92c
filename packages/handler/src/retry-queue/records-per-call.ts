import type { Target } from '@xacct/core';
import type { Pace } from '../delivery/pace.ts';
import { targetKey } from '../delivery/target-key.ts';
import type { Deadline } from '../invocation/deadline.ts';

/** Messages are put together for a call that takes no more of the invocation's time. */
const TOGETHER_SHARE = 0.25;
/** A call may take half as long again as the known pace says. */
const MARGIN = 1.5;

interface Receiver {
  target: Target;
  deadline: Pick<Deadline, 'totalMs' | 'msToSend'>;
}

/** How many records a function takes in a call that is known to end in good time; 0 while nothing is known. */
export function recordsInTime(pace: Pick<Pace, 'recordsWithin'>, { target, deadline }: Receiver): number {
  return pace.recordsWithin(targetKey(target), deadline.totalMs * TOGETHER_SHARE);
}

/** The most records of a call: a message can have more than the function can take in the time of an invocation. */
export function mostRecordsOfCall(
  pace: Pick<Pace, 'mostRecords'>,
  { target, deadline }: Receiver,
  hadNoAnswer: boolean,
): number {
  return pace.mostRecords(targetKey(target), deadline.msToSend() / MARGIN, hadNoAnswer);
}
