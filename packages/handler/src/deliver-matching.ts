import { createRecordFilter, type FilterPattern, type Target } from '@xacct/core';
import type { Batch, Deliver, FailedFrom } from './deliver.ts';
import { createPacker, type RecordText } from './pack.ts';
import type { StreamRecord } from './stream-event.ts';

/** A batch with what it takes to make a smaller one of it. */
export interface FilterableBatch extends Batch {
  records: readonly StreamRecord[];
  texts: readonly RecordText[];
}

/** Sends to a target what its filter lets through of a batch; what it does not, the target does not lack. */
export async function deliverMatching(
  deliver: Deliver,
  batch: FilterableBatch,
  target: Target,
): Promise<FailedFrom> {
  if (target.filter === undefined) return deliver(batch, target);

  const indexes = matchingIndexes(batch.records, target.filter);
  if (indexes.length === 0) return undefined;
  const failedFrom = await deliver(
    {
      ...batch,
      sequenceNumbers: pick(batch.sequenceNumbers, indexes),
      pack: createPacker(pick(batch.texts, indexes)),
    },
    target,
  );
  return failedFrom === undefined ? undefined : indexes[failedFrom];
}

function matchingIndexes(records: readonly StreamRecord[], filter: FilterPattern): number[] {
  const matches = createRecordFilter([filter]);
  return [...records.entries()].filter(([, record]) => matches(record)).map(([index]) => index);
}

function pick<T>(list: readonly T[], indexes: readonly number[]): T[] {
  return indexes.flatMap((index) => list.slice(index, index + 1));
}
