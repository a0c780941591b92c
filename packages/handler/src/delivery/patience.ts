import type { Clock } from '../invocation/clock.ts';

/** How long the targets of one batch wait for each other: the stream goes on once all of them are done. */
export interface Patience {
  /**
   * Epoch ms from which a target begins no further call.
   *
   * @param startedAt of its first call
   */
  endsAt(startedAt: number): number;
  /**
   * Calls back once, when the call of a target that is under way is not waited for any longer.
   *
   * @param startedAt of the target's first call
   * @returns cancels it
   */
  onLeftBehind(startedAt: number, callback: () => void): () => void;
  /** One of the targets is done. */
  done(): void;
}

/** A target may begin calls for this much longer than the first of its neighbours takes. */
export const PATIENCE_MS = 1_000;
/** A call that is under way is waited for this much longer. A function that starts cold mostly answers by then. */
export const LEFT_BEHIND_MS = 5_000;

/** For the targets of a batch of a stream. */
export function createPatience(clock: Clock): Patience {
  let firstDoneAt = Number.POSITIVE_INFINITY;
  /** Targets that wait for their call while none of their neighbours is done. */
  const waiting = new Set<() => void>();

  return {
    endsAt: (startedAt) => Math.max(firstDoneAt, startedAt) + PATIENCE_MS,
    onLeftBehind(startedAt, callback) {
      let cancelTimer = () => {};
      const begin = () => {
        const leftAt = Math.max(firstDoneAt, startedAt) + LEFT_BEHIND_MS;
        cancelTimer = clock.after(Math.max(0, leftAt - clock.now()), callback);
      };
      if (Number.isFinite(firstDoneAt)) begin();
      else waiting.add(begin);
      return () => {
        waiting.delete(begin);
        cancelTimer();
      };
    },
    done() {
      if (Number.isFinite(firstDoneAt)) return;
      firstDoneAt = clock.now();
      for (const begin of waiting) begin();
    },
  };
}

/** For records that have no neighbours: nobody waits for them. */
export const endless: Patience = {
  endsAt: () => Number.POSITIVE_INFINITY,
  onLeftBehind: () => () => {},
  done: () => {},
};
