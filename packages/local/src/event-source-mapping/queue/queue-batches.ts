import { limits } from '@xacct/core';
import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
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
/** A batch is cut at the payload of a synchronous invocation. */
const PAYLOAD_BYTES = limits.invoke.requestResponsePayloadBytes;
/** Around the records, each of which is counted with a comma; the last has none. */
const FRAME_BYTES = '{"Records":[]}'.length - ','.length;

/** Gathers the messages of a queue into batches. */
export interface QueueBatches {
  /** The next batch: full, cut at 6 MB, or what is there when the window ends, which begins with the first message. */
  next(signal: AbortSignal): Promise<BatchedMessage[]>;
}

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
      const bytes = Buffer.byteLength(JSON.stringify(record)) + ','.length;
      waiting.push({ record, receivedAt, bytes });
    }
  };
  /** How many messages go into one batch: no more than fit into a synchronous payload, as one message always does. */
  const cut = () => {
    let bytes = FRAME_BYTES;
    const tooMany = waiting.findIndex((message) => {
      bytes += message.bytes;
      return bytes > PAYLOAD_BYTES;
    });
    return tooMany === -1 ? waiting.length : tooMany;
  };
  const isFull = () => waiting.length >= batchSize || cut() < waiting.length;

  return {
    async next(signal) {
      if (waiting.length === 0) await receive(Number.POSITIVE_INFINITY, signal);
      const windowEnds = clock.now() + batchWindowSeconds * 1000;
      for (let leftMs = windowEnds - clock.now(); leftMs > 0 && !isFull(); ) {
        await receive(leftMs, signal);
        leftMs = windowEnds - clock.now();
      }
      return waiting.splice(0, cut());
    },
  };
}
