import type { StreamPosition } from './stream-source.ts';

/** How far one shard is done. Parallel lanes end their batches in any order: only what has no gap before it counts. */
export class Checkpoint {
  #position: StreamPosition;
  /** What was read and is not done, or is done behind a gap: in the order of the shard. */
  readonly #underWay = new Map<string, boolean>();

  constructor(start: StreamPosition) {
    this.#position = start;
  }

  /** From where to go on: all before it is done. */
  get position(): StreamPosition {
    return this.#position;
  }

  /**
   * The place to read from is fixed. A mapping that goes on from here later would find another newest record.
   *
   * @param nowMs epoch ms
   */
  fix(nowMs: number): void {
    if (this.#position.type === 'LATEST') this.#position = { type: 'AT_TIMESTAMP', timestamp: nowMs };
  }

  read(sequenceNumber: string): void {
    this.#underWay.set(sequenceNumber, false);
  }

  done(sequenceNumber: string): void {
    this.#underWay.set(sequenceNumber, true);
    for (const [first, isDone] of this.#underWay) {
      if (!isDone) return;
      this.#position = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: first };
      this.#underWay.delete(first);
    }
  }
}
