import * as limits from '@xacct/core/limits';
import { type FailureClass, isAboutRecords } from '../delivery/failure-class.ts';

const FIRST_MS = 30_000;
const LONGEST_WAIT_MS = limits.sqs.delaySeconds * 1000;
/** The next call comes after three times the age: at about 0.5, 2, 8 and 32 min, then 2, 8.5 and 24 h. */
const GROWTH = 3;

/**
 * How long parked records wait before they are sent again, in ms. It follows from how long they have waited already:
 *
 * - Records on which the function failed wait ever longer: each call costs, and may run. So does a single record for which it did
 *   not answer; several are halved until one is left.
 * - What was not called for want of time goes at once.
 * - The records of a paused target wait as long as a queue can keep them back.
 * - All else waits for its target, half of its age, from 30 s to 15 min.
 *
 * Up to a half of the wait is taken off at random, so that not all come back together.
 *
 * @param ageMs since the records were first parked
 * @param random 0 to 1
 * @param isAlone whether it is a single record
 */
export function waitMs(failure: FailureClass, ageMs: number, random: number, isAlone = false): number {
  if (failure === 'untried') return 0;
  if (failure === 'paused') return LONGEST_WAIT_MS;
  const grows = isAboutRecords(failure) || (failure === 'deadline' && isAlone);
  const longest = grows
    ? Math.max(FIRST_MS, ageMs * GROWTH)
    : Math.min(LONGEST_WAIT_MS, Math.max(FIRST_MS, ageMs / 2));
  return Math.round(longest * (1 - random / 2));
}
