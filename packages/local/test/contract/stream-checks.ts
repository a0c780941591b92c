import { expect } from 'vitest';
import type { StreamRun } from './aws.ts';

/** Long enough for records that are put together to come together. */
export const GATHER = { MaximumBatchingWindowInSeconds: 1 };
export const ONE_BY_ONE = { BatchSize: 1 };

/** The ids of the records of each batch that the function got. */
export async function batchesOf(run: StreamRun): Promise<string[][]> {
  return (await run.seen()).map(({ ids }) => ids);
}

/** Waits for these batches, one after another, and no other. */
export async function expectBatches(run: StreamRun, ...expected: string[][]): Promise<void> {
  await run.eventually(async () => expect(await batchesOf(run)).toEqual(expected));
}
