import {
  createRecordFilter,
  type FilteredRecord,
  type ParkedRecords,
  type Route,
  type RoutedTarget,
} from '@xacct/core';
import type { TracedRecord } from './find-record.ts';
import type { BucketSearch } from './look-in-bucket.ts';
import type { QueueSearch } from './look-in-queues.ts';
import type { ReaderPosition } from './reader-position.ts';

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
  /** Undefined where the stream does not have it. */
  record: TracedRecord | undefined;
  retryQueue: QueueSearch;
  deadLetterQueue: QueueSearch;
  bucket: BucketSearch;
  reader: ReaderPosition;
}

/** Where a record is for a target: where it was found, or else what follows. */
export function outcomeOf(target: RoutedTarget, searched: Searched): TargetOutcome {
  const { retryQueue, deadLetterQueue, bucket } = searched;
  const of = (found: readonly ParkedRecords[]) => found.find((parked) => isOf(parked, target));
  const places = [
    ['waits', 'in the retry queue', of(retryQueue.found)],
    ['paused', 'kept until the target is resumed', of(bucket.paused)],
    ['dead-letter', 'in the dead-letter queue', of(deadLetterQueue.found)],
    ['failure-bucket', 'kept in the failure bucket', of(bucket.parked)],
  ] as const;
  for (const [outcome, detail, parked] of places) {
    if (parked === undefined) continue;
    const { failure, reason, attempts, parkedAt, dueAt } = parked;
    const facts = { failure, reason, attempts, parkedAt, ...(dueAt !== undefined && { dueAt }) };
    return { target: target.functionArn, outcome, isKnown: true, detail, parked: facts };
  }
  return { target: target.functionArn, parked: undefined, ...inferred(target, searched) };
}

function inferred(
  target: RoutedTarget,
  { route, record, retryQueue, deadLetterQueue, bucket, reader }: Searched,
): Pick<TargetOutcome, 'outcome' | 'isKnown' | 'detail'> {
  const filter = record === undefined ? undefined : filterThatHolds(route, target, record);
  if (filter !== undefined) {
    return { outcome: 'filtered', isKnown: true, detail: `${filter} of the file does not match it` };
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
  const others = retryQueue.others + deadLetterQueue.others + bucket.others;
  const unseen = `${others} messages or objects could not be looked at`;
  if (reader.state === 'unknown') {
    const found = others === 0 ? 'it is in no queue and in no bucket' : unseen;
    return {
      outcome: 'unknown',
      isKnown: false,
      detail: `${found}; whether it was read is not known: ${reader.why}`,
    };
  }
  return others === 0
    ? { outcome: 'delivered', isKnown: false, detail: `read by ${reader.at}; no failure reported` }
    : { outcome: 'unknown', isKnown: false, detail: `read by ${reader.at}; ${unseen}, which may hold it` };
}

/** Which of the filters keeps a record from a target. */
function filterThatHolds(
  { filters, deaggregate, stream }: Route,
  { filter }: RoutedTarget,
  { data, sequenceNumber }: TracedRecord,
): string | undefined {
  if (stream.service !== 'kinesis') return undefined;
  const record: FilteredRecord & { kinesis: object } = {
    kinesis: { data: Buffer.from(data).toString('base64'), ...{ sequenceNumber } },
  };
  if (!createRecordFilter(filters)(record)) return 'the filter of the route';
  // Only the forwarder can read the parts of an aggregated record.
  if (filter === undefined || deaggregate || createRecordFilter([filter])(record)) return undefined;
  return 'the filter of the target';
}

function isOf({ target }: ParkedRecords, { functionArn, replaces = [] }: RoutedTarget): boolean {
  return target === functionArn || replaces.includes(target);
}
