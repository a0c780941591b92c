import { limits } from '@xacct/core';
import type { Clock } from '../../clock.ts';
import type { EventRecord } from './event-record.ts';

export interface LaneSettings {
  batchSize: number;
  batchWindowSeconds: number;
}

/** Records that wait, in batches, before the reader stops reading on. */
const BATCHES_AHEAD = 2;
/** A batch is cut at the payload of a synchronous invocation. */
const PAYLOAD_BYTES = limits.invoke.requestResponsePayloadBytes;
/** Around the records, each of which is counted with a comma; the last has none. */
const FRAME_BYTES = '{"Records":[]}'.length - ','.length;

/** The records of one shard, or of the partition keys of one parallel part of it, on their way into batches. */
export class Lane {
  readonly #settings: LaneSettings;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #records: { record: EventRecord; bytes: number }[] = [];
  /** Bytes of all records that wait. */
  #bytes = FRAME_BYTES;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(settings: LaneSettings, clock: Clock, signal: AbortSignal) {
    this.#settings = settings;
    this.#clock = clock;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#notify(), { once: true });
  }

  /** Adds a record, once there is room for it. */
  async push(record: EventRecord): Promise<void> {
    while (this.#records.length >= BATCHES_AHEAD * this.#settings.batchSize) await this.#change();
    const bytes = Buffer.byteLength(JSON.stringify(record)) + ','.length;
    this.#records.push({ record, bytes });
    this.#bytes += bytes;
    this.#notify();
  }

  /** No record will follow: its shard is at its end. */
  close(): void {
    this.#closed = true;
    this.#notify();
  }

  /** The next batch: full, cut at 6 MB, or what is there when the window ends. Undefined at the end of the shard. */
  async nextBatch(): Promise<EventRecord[] | undefined> {
    while (this.#records.length === 0) {
      if (this.#closed) return undefined;
      await this.#change();
    }
    const windowEnds = this.#clock.now() + this.#settings.batchWindowSeconds * 1000;
    while (!this.#closed && !this.#isFull()) {
      const leftMs = windowEnds - this.#clock.now();
      if (leftMs <= 0) break;
      const timer = new AbortController();
      await Promise.race([this.#change(), this.#clock.sleep(leftMs, timer.signal).catch(() => {})]);
      timer.abort();
    }
    const batch = this.#records.splice(0, this.#cut());
    for (const { bytes } of batch) this.#bytes -= bytes;
    this.#notify();
    return batch.map(({ record }) => record);
  }

  #isFull(): boolean {
    return this.#records.length >= this.#settings.batchSize || this.#bytes > PAYLOAD_BYTES;
  }

  /** How many records go into one batch: at least one, and no more than fit into a synchronous payload. */
  #cut(): number {
    let bytes = FRAME_BYTES;
    let count = 0;
    for (const record of this.#records) {
      bytes += record.bytes;
      if (count === this.#settings.batchSize || (count > 0 && bytes > PAYLOAD_BYTES)) break;
      count += 1;
    }
    return count;
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #change(): Promise<void> {
    await this.#changed.promise;
    this.#signal.throwIfAborted();
  }
}
