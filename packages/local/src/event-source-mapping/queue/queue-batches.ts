import { limits } from '@xacct/core';
import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
import type { Clock } from '../../clock.ts';
import { type QueueEventRecord, toQueueEventRecord } from './queue-event.ts';
import type { QueueReader } from './queue-reader.ts';

/** A message on its way into a batch. */
export interface BatchedMessage {
  record: QueueEventRecord;
  /** Epoch ms. */
  receivedAt: number;
  /** In the event, with a comma. */
  bytes: number;
}

/** What one ReceiveMessage brings at the most. */
const MESSAGES_PER_RECEIVE = 10;
/** A batch is cut at the payload of a synchronous invocation. */
const PAYLOAD_BYTES = limits.invoke.requestResponsePayloadBytes;
/** Around the records, each of which is counted with a comma; the last has none. */
const FRAME_BYTES = '{"Records":[]}'.length - ','.length;

/** Gathers what a queue holds into batches. */
export class QueueBatches {
  readonly #reader: Pick<QueueReader, 'arn' | 'receive'>;
  readonly #mapping: Pick<DeployedQueueMapping, 'batchSize' | 'batchWindowSeconds'>;
  readonly #clock: Clock;
  /** Received, and in no batch yet. */
  readonly #messages: BatchedMessage[] = [];

  constructor(
    reader: Pick<QueueReader, 'arn' | 'receive'>,
    mapping: Pick<DeployedQueueMapping, 'batchSize' | 'batchWindowSeconds'>,
    clock: Clock,
  ) {
    this.#reader = reader;
    this.#mapping = mapping;
    this.#clock = clock;
  }

  /** The next batch: full, cut at 6 MB, or what is there when the window ends, which begins with the first message. */
  async next(signal: AbortSignal): Promise<BatchedMessage[]> {
    if (this.#messages.length === 0) await this.#receive(Number.POSITIVE_INFINITY, signal);
    const windowEnds = this.#clock.now() + this.#mapping.batchWindowSeconds * 1000;
    for (let leftMs = windowEnds - this.#clock.now(); leftMs > 0 && !this.#isFull(); ) {
      await this.#receive(leftMs, signal);
      leftMs = windowEnds - this.#clock.now();
    }
    return this.#messages.splice(0, this.#cut());
  }

  async #receive(waitMs: number, signal: AbortSignal): Promise<void> {
    const max = Math.min(MESSAGES_PER_RECEIVE, this.#mapping.batchSize - this.#messages.length);
    const received = await this.#reader.receive(waitMs, max, signal);
    const receivedAt = this.#clock.now();
    for (const message of received) {
      const record = toQueueEventRecord(message, this.#reader.arn);
      const bytes = Buffer.byteLength(JSON.stringify(record)) + ','.length;
      this.#messages.push({ record, receivedAt, bytes });
    }
  }

  #isFull(): boolean {
    return this.#messages.length >= this.#mapping.batchSize || this.#cut() < this.#messages.length;
  }

  /** How many messages go into one batch: no more than fit into a synchronous payload, as one always does. */
  #cut(): number {
    let bytes = FRAME_BYTES;
    const tooMany = this.#messages.findIndex((message) => {
      bytes += message.bytes;
      return bytes > PAYLOAD_BYTES;
    });
    return tooMany === -1 ? this.#messages.length : tooMany;
  }
}
