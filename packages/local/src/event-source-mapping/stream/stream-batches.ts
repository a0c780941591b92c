import type { DeployedMapping } from '../../assembly/deployed.ts';
import { BATCH_BYTES, bytesInEvent, countFitting } from '../../shared/batch-bytes.ts';
import type { Clock } from '../../shared/clock.ts';
import { createWakeup } from '../../shared/wakeup.ts';
import type { EventRecord } from './event-record.ts';

/** Records that wait, in batches, before the reader stops reading on. */
const BATCHES_AHEAD = 2;

export type StreamBatches = ReturnType<typeof createStreamBatches>;

/** The records of one shard, or of the keys of one parallel part of it, on their way into batches. */
export function createStreamBatches(
  { batchSize, batchWindowSeconds }: Pick<DeployedMapping, 'batchSize' | 'batchWindowSeconds'>,
  clock: Clock,
  signal: AbortSignal,
) {
  const waiting: { record: EventRecord; bytes: number }[] = [];
  /** Bytes of all records that wait. */
  let waitingBytes = 0;
  let closed = false;
  const wakeup = createWakeup(clock);

  const change = () => wakeup.wait(Number.POSITIVE_INFINITY, signal);
  const isFull = () => waiting.length >= batchSize || waitingBytes > BATCH_BYTES;
  /** How many records go into one batch: at least one, and no more than fit into a synchronous payload. */
  const cut = () => {
    const sizes = waiting.slice(0, batchSize).map(({ bytes }) => bytes);
    return countFitting(sizes, BATCH_BYTES);
  };

  return {
    /** Adds a record, once there is room for it. */
    async push(record: EventRecord) {
      while (waiting.length >= BATCHES_AHEAD * batchSize) await change();
      const bytes = bytesInEvent(record);
      waiting.push({ record, bytes });
      waitingBytes += bytes;
      wakeup.notify();
    },
    /** No record will follow: the shard is at its end. */
    close() {
      closed = true;
      wakeup.notify();
    },
    /** The next batch: full, cut at 6 MB, or what is there when the window ends. Undefined at the end of the shard. */
    async nextBatch() {
      while (waiting.length === 0) {
        if (closed) return undefined;
        await change();
      }
      const windowEnds = clock.now() + batchWindowSeconds * 1000;
      for (let leftMs = windowEnds - clock.now(); leftMs > 0 && !closed && !isFull(); ) {
        await wakeup.wait(leftMs, signal);
        leftMs = windowEnds - clock.now();
      }
      const batch = waiting.splice(0, cut());
      for (const { bytes } of batch) waitingBytes -= bytes;
      wakeup.notify();
      return batch.map(({ record }) => record);
    },
  };
}
