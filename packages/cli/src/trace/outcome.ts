import { createRecordFilter, type ParkedRecords, type Route, type RoutedTarget } from '@xacct/core';
import type { LogLine } from './find-log-line.ts';
import type { BucketSearch } from './look-in-bucket.ts';
import type { QueueSearch } from './look-in-queues.ts';
import { hasRecord, type Position } from './parked-position.ts';
import type { ReaderPosition } from './reader-position.ts';
import type { Part } from './traced-record.ts';

/** Where a record is for one target. */
export type Outcome =
  | 'waits'
  | 'dead-letter'
  | 'paused'
  | 'failure-bucket'
  | 'filtered'
  | 'not-read'
  | 'delivered'
  | 'unknown';

export interface TargetOutcome {
  /** ARN of its function. */
  target: string;
  outcome: Outcome;
  /** Whether it was found there; otherwise it follows from what was not found. */
  isKnown: boolean;
  /** More about it, for a person. */
  detail: string;
  /** What the message or the object says. */
  parked: Pick<ParkedRecords, 'failure' | 'reason' | 'attempts' | 'parkedAt' | 'dueAt'> | undefined;
}

export interface Searched {
  route: Route;
  position: Position;
  retryQueue: QueueSearch;
  deadLetterQueue: QueueSearch;
  bucket: BucketSearch;
  reader: ReaderPosition;
  /** By ARN of the function: the first failure of the target since the record arrived; a text where the log cannot be read. */
  failures: ReadonlyMap<string, LogLine | string | undefined>;
}

/**
 * Where a record is for a target: where it was found, or else what follows.
 *
 * @param part of it that the target gets; undefined where the stream does not have it
 */
export function outcomeOf(target: RoutedTarget, searched: Searched, part: Part | undefined): TargetOutcome {
  const { retryQueue, deadLetterQueue, bucket, position } = searched;
  const of = (found: readonly ParkedRecords[]) =>
    found.find((parked) => isOf(parked, target) && hasRecord(parked.records, position, part?.index));
  const places = [
    ['waits', 'in the retry queue', of(retryQueue.found)],
    ['paused', 'kept until the target is resumed', of(bucket.paused)],
    ['dead-letter', 'in the dead-letter queue', of(deadLetterQueue.found)],
    ['failure-bucket', 'kept in the failure bucket', of(bucket.parked)],
  ] as const;
  for (const [outcome, detail, parked] of places) {
    if (parked === undefined) continue;
    const { failure, reason, attempts, parkedAt, dueAt } = parked;
    const isDue = outcome === 'waits' && dueAt !== undefined;
    const facts = { failure, reason, attempts, parkedAt, ...(isDue && { dueAt }) };
    return { target: target.functionArn, outcome, isKnown: true, detail, parked: facts };
  }
  return { target: target.functionArn, parked: undefined, ...inferred(target, searched, part) };
}

function inferred(
  target: RoutedTarget,
  searched: Searched,
  part: Part | undefined,
): Pick<TargetOutcome, 'outcome' | 'isKnown' | 'detail'> {
  const { route, bucket, reader } = searched;
  const filter = part === undefined ? undefined : filterThatHolds(route, target, part);
  if (filter !== undefined) {
    return { outcome: 'filtered', isKnown: true, detail: `${filter}, as the file has it, does not match it` };
  }
  if (bucket.givenUp !== undefined) {
    const { condition, timestamp } = bucket.givenUp;
    const detail = `the mapping gave its batch up at ${timestamp} (${condition}): the target may lack it`;
    return { outcome: 'failure-bucket', isKnown: false, detail };
  }
  if (!route.enabled)
    return { outcome: 'not-read', isKnown: false, detail: 'the route is not enabled in the file' };
  if (reader.state === 'before')
    return { outcome: 'not-read', isKnown: false, detail: `not read yet at ${reader.at}` };
  return concluded(searched, searched.failures.get(target.functionArn));
}

/** Of a record that was found nowhere and passes all filters. */
function concluded(
  { retryQueue, deadLetterQueue, bucket, reader }: Searched,
  failure: LogLine | string | undefined,
): Pick<TargetOutcome, 'outcome' | 'isKnown' | 'detail'> {
  const others = retryQueue.others + deadLetterQueue.others + bucket.others;
  const unseen = `${others} messages and objects could not be looked at`;
  if (others > 0 && typeof failure === 'object') {
    const since = `the target has failed since it arrived, first at ${failure.at}`;
    return { outcome: 'waits', isKnown: false, detail: `${since}, and ${unseen}: it may be in one of them` };
  }
  if (reader.state !== 'past') {
    const found = others === 0 ? 'it is in no queue and in no bucket' : unseen;
    const why = reader.state === 'unknown' ? reader.why : `not read at ${reader.at}`;
    return {
      outcome: 'unknown',
      isKnown: false,
      detail: `${found}; whether it was read is not known: ${why}`,
    };
  }
  if (others > 0 && typeof failure === 'string') {
    const detail = `read by ${reader.at}; ${unseen}, and the log cannot be searched (${failure})`;
    return { outcome: 'unknown', isKnown: false, detail };
  }
  const seen = others === 0 ? '' : `; ${unseen}, but the log reports no failure of this target`;
  return { outcome: 'delivered', isKnown: false, detail: `read by ${reader.at}; no failure reported${seen}` };
}

/** Which of the filters keeps a record, or this part of one, from a target. */
function filterThatHolds(
  { filters, enhancedFanOut }: Route,
  { filter }: RoutedTarget,
  { event, index }: Part,
): string | undefined {
  // Lambda filters what it takes apart itself: that is what it reads with enhanced fan-out.
  const isFiltered = index === undefined || enhancedFanOut;
  if (isFiltered && !createRecordFilter(filters)(event)) return 'the filter of the route';
  if (filter === undefined || createRecordFilter([filter])(event)) return undefined;
  return 'the filter of the target';
}

function isOf({ target }: ParkedRecords, { functionArn, replaces = [] }: RoutedTarget): boolean {
  return target === functionArn || replaces.includes(target);
}
