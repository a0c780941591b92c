import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
import { BATCH_BYTES, bytesInEvent, countFitting } from '../../shared/batch-bytes.ts';
import type { Clock } from '../../shared/clock.ts';
import { type QueueEventRecord, toQueueEventRecord } from './queue-event.ts';
import type { QueueReader } from './queue-reader.ts';

/** A message on its way into a batch. */
export interface BatchedMessage {
  record: QueueEventRecord;
  /** Epoch ms. */
  receivedAt: number;
  /** Size in the event, with a comma. */
  bytes: number;
}

/** Maximum number of messages of one ReceiveMessage. */
const MESSAGES_PER_RECEIVE = 10;

/** Gathers the next batch: full, cut at 6 MB, or what is there when the window ends, which begins with the first message. */
export type QueueBatches = (signal: AbortSignal) => Promise<BatchedMessage[]>;

export function createQueueBatches(
  reader: Pick<QueueReader, 'arn' | 'receive'>,
  { batchSize, batchWindowSeconds }: Pick<DeployedQueueMapping, 'batchSize' | 'batchWindowSeconds'>,
  clock: Clock,
): QueueBatches {
  /** Received, and in no batch yet. */
  const waiting: BatchedMessage[] = [];

  const receive = async (waitMs: number, signal: AbortSignal) => {
    const max = Math.min(MESSAGES_PER_RECEIVE, batchSize - waiting.length);
    const received = await reader.receive(waitMs, max, signal);
    const receivedAt = clock.now();
    for (const message of received) {
      const record = toQueueEventRecord(message, reader.arn);
      waiting.push({ record, receivedAt, bytes: bytesInEvent(record) });
    }
  };
  const cut = () =>
    countFitting(
      waiting.map(({ bytes }) => bytes),
      BATCH_BYTES,
    );
  const isFull = () => waiting.length >= batchSize || cut() < waiting.length;

  return async (signal) => {
    if (waiting.length === 0) await receive(Number.POSITIVE_INFINITY, signal);
    const windowEnds = clock.now() + batchWindowSeconds * 1000;
    for (let leftMs = windowEnds - clock.now(); leftMs > 0 && !isFull(); ) {
      await receive(leftMs, signal);
      leftMs = windowEnds - clock.now();
    }
    return waiting.splice(0, cut());
  };
}
