import { parseJson } from '@xacct/core';
import type { InvokeAnswer } from '../aws/invoke.ts';
import type { Chunk, Item } from '../records/pack.ts';

/** The target's function ran and failed, or reported records of the chunk as failed. */
export class TargetFailure extends Error {
  override readonly name = 'TargetFailure';
  /** Index in the shipment of the lowest record that the target did not take. */
  readonly failedFrom: number;
  /** The function named the records that it did not take. */
  readonly reported: boolean;

  constructor(message: string, failedFrom: number, reported: boolean) {
    super(message);
    this.failedFrom = failedFrom;
    this.reported = reported;
  }
}

/**
 * Reads what a target answered as Lambda would read it from a function subscribed to the stream: from the lowest
 * record that it reports on, nothing counts as taken.
 *
 * @throws {TargetFailure}
 */
export function checkTargetResponse(
  { text, functionError }: InvokeAnswer,
  { first, count }: Pick<Chunk, 'first' | 'count'>,
  items: readonly Item[],
): void {
  if (functionError !== undefined) {
    const { errorType } = parse(text) as { errorType?: unknown };
    const type = typeof errorType === 'string' ? ` of type ${errorType.slice(0, 100)}` : '';
    throw new TargetFailure(`The function failed with an error${type} (${functionError})`, first, false);
  }

  const { batchItemFailures } = parse(text) as { batchItemFailures?: unknown };
  if (!Array.isArray(batchItemFailures) || batchItemFailures.length === 0) return;
  const chunk = items.slice(first, first + count);
  const indexOf = new Map<unknown, number>(
    chunk.map(({ sequenceNumber }, index) => [sequenceNumber, index] as const).reverse(),
  );
  const indexes = batchItemFailures.map((failure: { itemIdentifier?: unknown } | null) =>
    indexOf.get(failure?.itemIdentifier),
  );
  const known = indexes.filter((index) => index !== undefined);
  // As in an event source mapping, one identifier that is not in the chunk fails all of it.
  const allKnown = known.length === indexes.length;
  throw new TargetFailure(
    allKnown
      ? `The function reported ${indexes.length} of ${count} records as failed`
      : 'The function reported records as failed that it was not given',
    first + (allKnown ? known.reduce((lowest, index) => Math.min(lowest, index), count) : 0),
    allKnown,
  );
}

function parse(text: string): object {
  // A queued event has no result, and throwing for each call is expensive.
  return text === '' ? {} : Object(parseJson(text));
}
