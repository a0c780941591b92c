import type { Deadline } from '../invocation/deadline.ts';
import type { Failure } from './failure-class.ts';
import type { LateAnswer } from './late-answer.ts';
import type { Patience } from './patience.ts';

/** Items of a shipment, from `first` on, that a target does not have. */
export interface Undelivered {
  first: number;
  count: number;
  failure: Failure;
  /** Calls of the function that these records were part of. */
  calls: number;
  /** Only if the function was left behind. */
  late?: LateAnswer;
}

/** The number of records in ranges of a shipment. */
export function countRecords(ranges: readonly Undelivered[]): number {
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

export interface Delivery {
  /** The route's name. */
  route: string;
  deadline: Deadline;
  /** How long the target's neighbours wait for it. */
  patience: Patience;
  /** The function failed on these records before: each is sent by itself, and does not count for or against the target. */
  failedBefore: boolean;
  /** The most records of the next call, where its payload does not say it; asked before each call. */
  mostRecords?: (() => number) | undefined;
  /** No record is sent after one that the target lacks. */
  keepsOrder: boolean;
}
