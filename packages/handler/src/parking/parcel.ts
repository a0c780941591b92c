import type { Failure, FailureClass } from '../delivery/failure-class.ts';
import type { LateAnswer } from '../delivery/late-answer.ts';
import type { Item } from '../records/pack.ts';

/** Records of one shard that are parked for one reason. */
export interface Parcel {
  items: readonly Item[];
  failure: Failure;
  /** The class of failure that sets how long they wait; by default that of `failure`. */
  waitsFor?: FailureClass;
  /** Calls of the function that these records were part of, in all. */
  attempts: number;
  /** Epoch ms; undefined for records that are parked for the first time. */
  parkedAt?: number | undefined;
  /** Messages that the records were in before. */
  hops: number;
  /** Epoch ms; by default what the failure asks for. */
  dueAt?: number;
  /** Epoch ms: since when the route has no such target. */
  unroutedSince?: number | undefined;
  /** Once it shows that the target has the records, nothing is left to be sent again. */
  late?: LateAnswer;
}
