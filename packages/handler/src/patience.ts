import type { Clock } from './clock.ts';

/** How long the targets of one batch wait for each other: the stream goes on once all of them are done. */
export interface Patience {
  /**
   * Epoch ms from which a target begins no further call.
   *
   * @param startedAt of its first call
   */
  endsAt(startedAt: number): number;
  /** One of the targets is done. */
  done(): void;
}

/** A target may take this much longer than the first of its neighbours. */
export const PATIENCE_MS = 1_000;

/** For the targets of a batch of a stream. Calls that are under way are waited for, whatever they take. */
export function createPatience(clock: Pick<Clock, 'now'>): Patience {
  let firstDoneAt = Number.POSITIVE_INFINITY;
  return {
    endsAt: (startedAt) => Math.max(firstDoneAt, startedAt) + PATIENCE_MS,
    done() {
      firstDoneAt = Math.min(firstDoneAt, clock.now());
    },
  };
}

/** For records that have no neighbours: nobody waits for them. */
export const endless: Patience = { endsAt: () => Number.POSITIVE_INFINITY, done: () => {} };
