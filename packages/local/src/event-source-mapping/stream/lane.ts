import { limits } from '@xacct/core';
import type { Clock } from '../../shared/clock.ts';
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

/** The records of one shard, or of the keys of one parallel part of it, on their way into batches. */
export interface Lane {
  /** Adds a record, once there is room for it. */
  push(record: EventRecord): Promise<void>;
  /** No record will follow: the shard is at its end. */
  close(): void;
  /** The next batch: full, cut at 6 MB, or what is there when the window ends. Undefined at the end of the shard. */
  nextBatch(): Promise<EventRecord[] | undefined>;
}

export function createLane(
  { batchSize, batchWindowSeconds }: LaneSettings,
  clock: Clock,
  signal: AbortSignal,
): Lane {
  const waiting: { record: EventRecord; bytes: number }[] = [];
  /** Bytes of all records that wait. */
  let waitingBytes = FRAME_BYTES;
  let closed = false;
  let changed = Promise.withResolvers<void>();

  const notify = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const change = async () => {
    await changed.promise;
    signal.throwIfAborted();
  };
  signal.addEventListener('abort', notify, { once: true });

  const isFull = () => waiting.length >= batchSize || waitingBytes > PAYLOAD_BYTES;
  /** How many records go into one batch: at least one, and no more than fit into a synchronous payload. */
  const cut = () => {
    let bytes = FRAME_BYTES;
    let count = 0;
    for (const record of waiting) {
      bytes += record.bytes;
      if (count === batchSize || (count > 0 && bytes > PAYLOAD_BYTES)) break;
      count += 1;
    }
    return count;
  };

  return {
    async push(record) {
      while (waiting.length >= BATCHES_AHEAD * batchSize) await change();
      const bytes = Buffer.byteLength(JSON.stringify(record)) + ','.length;
      waiting.push({ record, bytes });
      waitingBytes += bytes;
      notify();
    },
    close() {
      closed = true;
      notify();
    },
    async nextBatch() {
      while (waiting.length === 0) {
        if (closed) return undefined;
        await change();
      }
      const windowEnds = clock.now() + batchWindowSeconds * 1000;
      while (!closed && !isFull()) {
        const leftMs = windowEnds - clock.now();
        if (leftMs <= 0) break;
        const timer = new AbortController();
        await Promise.race([change(), clock.sleep(leftMs, timer.signal).catch(() => {})]);
        timer.abort();
      }
      const batch = waiting.splice(0, cut());
      for (const { bytes } of batch) waitingBytes -= bytes;
      notify();
      return batch.map(({ record }) => record);
    },
  };
}
