import type { ParkedRecords, RoutedTarget } from '@xacct/core';
import { outcomeOf, type Searched, type TargetOutcome } from './outcome.ts';
import { hasRecord, type Position } from './parked-position.ts';
import { type EventRecord, type Part, partsOf, type TracedRecord } from './traced-record.ts';

/** Where some of the user records of an aggregated record are, or a record that is not taken apart. */
export interface PartsOutcome extends TargetOutcome {
  /** Their places in the record, from 0; undefined for a record that is not taken apart. */
  parts: number[] | undefined;
}

/**
 * The parts of a record that a person asks for, of which targets get each by itself.
 *
 * @param partitionKey only user records with this key, where there are any
 */
export function wantedParts(
  record: TracedRecord,
  { takesApart, partitionKey }: { takesApart: boolean; partitionKey: string | undefined },
): Part[] {
  const parts = partsOf(record, takesApart);
  const ofKey = parts.filter((part) => part.partitionKey === partitionKey);
  return ofKey.length > 0 ? ofKey : parts;
}

/** The user records of a record that the stream does not have, as far as messages and objects have them. */
export function partsFound(found: readonly ParkedRecords[], position: Position): Part[] {
  const byIndex = new Map<number, Part>();
  for (const event of found.flatMap(({ records }) => records) as EventRecord[]) {
    const { subSequenceNumber: index, partitionKey = '' } = event.kinesis ?? {};
    if (index !== undefined && hasRecord([event], position))
      byIndex.set(index, { index, partitionKey, event });
  }
  return [...byIndex.values()].sort((one, other) => (one.index ?? 0) - (other.index ?? 0));
}

/** Where the parts are for a target; those with one outcome together. */
export function outcomesOf(target: RoutedTarget, searched: Searched, parts: readonly Part[]): PartsOutcome[] {
  if (parts.length === 0) return [{ ...outcomeOf(target, searched, undefined), parts: undefined }];
  const byOutcome = new Map<string, PartsOutcome>();
  for (const part of parts) {
    const outcome = outcomeOf(target, searched, part);
    const key = JSON.stringify(outcome);
    const same = byOutcome.get(key) ?? { ...outcome, parts: part.index === undefined ? undefined : [] };
    if (part.index !== undefined) same.parts?.push(part.index);
    byOutcome.set(key, same);
  }
  return [...byOutcome.values()];
}
