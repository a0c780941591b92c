import type { StreamPosition } from './stream-source.ts';

export type Checkpoint = ReturnType<typeof createCheckpoint>;

/** How far one shard is done. Parallel lanes end their batches in any order: a record counts once all before it are done. */
export function createCheckpoint(start: StreamPosition) {
  let position = start;
  /** Records that were read and are not done, or are done after one that is not: in the order of the shard. */
  const underWay = new Map<string, boolean>();
  return {
    /** Where to go on: all records before it are done. */
    get position() {
      return position;
    },
    /**
     * The place to read from is fixed. A mapping that goes on from here later would find another newest record.
     *
     * @param nowMs epoch ms
     */
    fix(nowMs: number) {
      if (position.type === 'LATEST') position = { type: 'AT_TIMESTAMP', timestamp: nowMs };
    },
    read: (sequenceNumber: string) => void underWay.set(sequenceNumber, false),
    done(sequenceNumber: string) {
      underWay.set(sequenceNumber, true);
      for (const [first, isDone] of underWay) {
        if (!isDone) return;
        position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: first };
        underWay.delete(first);
      }
    },
  };
}
