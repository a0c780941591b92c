import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
import { type Invocation, type InvocationResult, invocationWith } from '../../services/lambda/invocation.ts';
import type { MappingMonitor } from '../../services/lambda/mapping-monitor.ts';
import { isRecursionError } from '../../services/lambda/recursion.ts';
import { orAborted, stopSignal } from '../../shared/abort.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Clock } from '../../shared/clock.ts';
import { failedMessages } from './queue-batch-result.ts';
import { type BatchedMessage, createQueueBatches } from './queue-batches.ts';
import type { QueueEventRecord } from './queue-event.ts';
import type { QueueReader } from './queue-reader.ts';

export interface QueueMappingOptions {
  mapping: DeployedQueueMapping;
  reader: QueueReader;
  functionTimeoutSeconds: number;
  invoke: (invocation: Invocation) => Promise<InvocationResult>;
  clock: Clock;
  onProblem: (message: string) => void;
  monitor: MappingMonitor;
}

/** Maximum number of batches at the function if the mapping sets none: Lambda starts with as many. */
const CONCURRENCY = 5;
const RETRY_MS = 1_000;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 10_000;

/**
 * Brings the messages of a queue to a function, as Lambda's event source mapping does. A message that the function took is
 * deleted; any other comes again when its visibility timeout ends, which the function may have changed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * @throws {AwsError} InvalidParameterValueException when messages could come again while the function still runs
 */
export function createQueueMapping(options: QueueMappingOptions) {
  const { mapping, reader, functionTimeoutSeconds, clock, onProblem, monitor } = options;
  const { visibilityTimeoutSeconds } = reader;
  if (visibilityTimeoutSeconds < functionTimeoutSeconds) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Invalid request provided: Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${functionTimeoutSeconds} seconds (${mapping.id}, ${mapping.queueArn})`,
    );
  }
  const nextBatch = createQueueBatches(reader, mapping, clock);
  const stopped = stopSignal();
  const { signal } = stopped;
  /** Aborts when nobody waits for the function any more. */
  const abandoned = stopSignal();
  const underWay = new Set<Promise<void>>();
  let polling: Promise<void> | undefined;

  const work = async (batch: readonly BatchedMessage[]) => {
    const records = batch.map(({ record }) => record);
    const hiddenUntil =
      Math.min(...batch.map(({ receivedAt }) => receivedAt)) + visibilityTimeoutSeconds * 1000;
    const result = await invoke(records, options, { hiddenUntil, signal, abandoned: abandoned.signal });
    if (result === undefined) return;
    const ids = records.map(({ messageId }) => messageId);
    const failed = failedMessages(result, ids, mapping.reportBatchItemFailures);
    monitor.answered(failed.size);
    const taken = records.filter(({ messageId }) => !failed.has(messageId));
    for (const { receiptHandle } of taken) reader.delete(receiptHandle);
    monitor.deleted(taken.length);
  };

  const begin = (batch: readonly BatchedMessage[]) => {
    const done: Promise<void> = work(batch)
      .catch((error: unknown) => {
        // The functions report the invocations that they stop.
        if (signal.aborted || isRecursionError(error)) return;
        monitor.failed(String(error));
        onProblem(`A batch of ${batch.length} messages of ${mapping.queueArn} failed: ${String(error)}`);
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };

  const poll = async () => {
    for (;;) {
      try {
        while (underWay.size >= (mapping.maximumConcurrency ?? CONCURRENCY))
          await orAborted(Promise.race(underWay), signal);
        const batch = await nextBatch(signal);
        monitor.read(batch.length);
        begin(batch);
      } catch (error) {
        signal.throwIfAborted();
        const problem = `Queue ${mapping.queueArn} cannot be polled: ${String(error)}`;
        monitor.failed(problem);
        onProblem(problem);
        await clock.sleep(RETRY_MS, signal);
      }
    }
  };

  const drain = async () => {
    stopped.abort();
    await Promise.allSettled([polling, ...underWay]);
    return undefined;
  };
  return {
    async start() {
      polling = poll();
    },
    async stop() {
      abandoned.abort();
      await drain();
    },
    /** Stops once the function has answered for the batches that it has. */
    drain,
  };
}

/**
 * A function that is throttled before it runs is asked again, until the messages are visible in the queue again.
 *
 * @returns undefined if they are
 */
async function invoke(
  records: readonly QueueEventRecord[],
  { mapping, invoke, clock, monitor }: QueueMappingOptions,
  { hiddenUntil, signal, abandoned }: { hiddenUntil: number; signal: AbortSignal; abandoned: AbortSignal },
): Promise<InvocationResult | undefined> {
  const causes = records.flatMap(({ attributes }) => attributes.AWSTraceHeader ?? []);
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
    signal.throwIfAborted();
    monitor.invoked(records.length);
    try {
      const invocation = { ...invocationWith(records, mapping), causes, queueArn: mapping.queueArn };
      return await orAborted(invoke(invocation), abandoned);
    } catch (error) {
      if (!(error instanceof AwsError && error.isPassing)) throw error;
      if (clock.now() + backoffMs >= hiddenUntil) return undefined;
      await clock.sleep(backoffMs, signal);
    }
  }
}
