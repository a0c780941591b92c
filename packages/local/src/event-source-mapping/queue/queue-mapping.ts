import { randomUUID } from 'node:crypto';
import { orAborted, stopSignal } from '../../abort.ts';
import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Invocation, InvocationResult } from '../../services/lambda/functions.ts';
import { isRecursionError } from '../../services/lambda/recursion.ts';
import { failedMessages } from './queue-batch-result.ts';
import { type BatchedMessage, QueueBatches } from './queue-batches.ts';
import type { QueueReader } from './queue-reader.ts';

export interface QueueMappingOptions {
  mapping: DeployedQueueMapping;
  reader: QueueReader;
  functionTimeoutSeconds: number;
  invoke: (invocation: Invocation) => Promise<InvocationResult>;
  clock: Clock;
  onProblem: (message: string) => void;
}

/** Batches at the function at once where the mapping sets no bound: as many as Lambda starts with. */
const CONCURRENCY = 5;
const RETRY_MS = 1_000;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 10_000;

/**
 * Brings the messages of a queue to a function, as Lambda's event source mapping does. What the function takes is
 * deleted; the rest comes again when its visibility timeout ends, which the function may have changed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class QueueMapping {
  readonly #options: QueueMappingOptions;
  readonly #batches: QueueBatches;
  readonly #visibilityTimeoutSeconds: number;
  readonly #stopped = stopSignal();
  /** What is at the function is not waited for any more. */
  readonly #abandoned = stopSignal();
  readonly #underWay = new Set<Promise<void>>();
  #polling: Promise<void> | undefined;

  /** @throws {AwsError} InvalidParameterValueException when messages could come again while the function still runs */
  constructor(options: QueueMappingOptions) {
    const { mapping, reader, functionTimeoutSeconds, clock } = options;
    this.#options = options;
    this.#batches = new QueueBatches(reader, mapping, clock);
    this.#visibilityTimeoutSeconds = reader.visibilityTimeoutSeconds;
    if (this.#visibilityTimeoutSeconds < functionTimeoutSeconds) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Invalid request provided: Queue visibility timeout: ${this.#visibilityTimeoutSeconds} seconds is less than Function timeout: ${functionTimeoutSeconds} seconds (${mapping.id}, ${mapping.queueArn})`,
      );
    }
  }

  start(): void {
    this.#polling = this.#poll();
  }

  stop(): Promise<void> {
    this.#abandoned.abort();
    return this.drain();
  }

  /** Stops once the function has answered for what it has. */
  async drain(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled([this.#polling, ...this.#underWay]);
  }

  async #poll(): Promise<void> {
    const { mapping, clock, onProblem } = this.#options;
    const { signal } = this.#stopped;
    for (;;) {
      try {
        while (this.#underWay.size >= (mapping.maximumConcurrency ?? CONCURRENCY))
          await orAborted(Promise.race(this.#underWay), signal);
        const batch = await this.#batches.next(signal);
        const work: Promise<void> = this.#process(batch)
          .catch((error: unknown) => {
            // The functions report what they stop.
            if (!signal.aborted && !isRecursionError(error))
              onProblem(
                `A batch of ${batch.length} messages of ${mapping.queueArn} failed: ${String(error)}`,
              );
          })
          .finally(() => this.#underWay.delete(work));
        this.#underWay.add(work);
      } catch (error) {
        signal.throwIfAborted();
        onProblem(`Queue ${mapping.queueArn} cannot be polled: ${String(error)}`);
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #process(batch: readonly BatchedMessage[]): Promise<void> {
    const { mapping, reader } = this.#options;
    const records = batch.map(({ record }) => record);
    const causes = records.flatMap(({ attributes }) => attributes.AWSTraceHeader ?? []);
    const hiddenUntil =
      Math.min(...batch.map(({ receivedAt }) => receivedAt)) + this.#visibilityTimeoutSeconds * 1000;
    const result = await this.#invoke(records, causes, hiddenUntil);
    if (result === undefined) return;
    const ids = records.map(({ messageId }) => messageId);
    const failed = failedMessages(result, ids, mapping.reportBatchItemFailures);
    for (const { messageId, receiptHandle } of records)
      if (!failed.has(messageId)) reader.delete(receiptHandle);
  }

  /**
   * A function that is throttled before it runs is asked again, until the messages show up in the queue anyway;
   * undefined then.
   */
  async #invoke(
    Records: readonly object[],
    causes: readonly string[],
    hiddenUntil: number,
  ): Promise<InvocationResult | undefined> {
    const { mapping, invoke, clock } = this.#options;
    const { signal } = this.#stopped;
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
      signal.throwIfAborted();
      try {
        const invocation: Invocation = {
          requestId: randomUUID(),
          invokedArn: mapping.functionArn,
          invocationType: 'RequestResponse',
          event: { Records },
          causes,
          queueArn: mapping.queueArn,
        };
        return await orAborted(invoke(invocation), this.#abandoned.signal);
      } catch (error) {
        if (!(error instanceof AwsError && error.isPassing)) throw error;
        if (clock.now() + backoffMs >= hiddenUntil) return undefined;
        await clock.sleep(backoffMs, signal);
      }
    }
  }
}
