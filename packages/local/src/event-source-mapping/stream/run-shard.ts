import { createHash } from 'node:crypto';
import { createRecordFilter } from '@xacct/core';
import { invocationWith } from '../../services/lambda/invocation.ts';
import { orAborted } from '../../shared/abort.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { readBatchResult } from './batch-result.ts';
import type { Checkpoint } from './checkpoint.ts';
import { arrivalSecondsOf, cameBefore, type EventRecord, sequenceNumberOf } from './event-record.ts';
import { type AttemptResult, processBatch } from './process-batch.ts';
import { readShard } from './shard-reader.ts';
import { createStreamBatches, type StreamBatches } from './stream-batches.ts';
import type { StreamMappingOptions } from './stream-mapping-options.ts';

export interface ShardRun {
  shardId: string;
  checkpoint: Checkpoint;
  /** Called once the place to read from is fixed, or the shard cannot be read for now. */
  onPositioned: () => void;
  /** Ends the run. */
  signal: AbortSignal;
  /** Ends the wait for the function, too. */
  abandoned: AbortSignal;
}

/** Time before a function that cannot be invoked is asked again: only people can change that. */
const REFUSED_MS = 1_000;

/** Reads a shard to its end, and brings its records to the function in parallel lanes. */
export async function runShard(options: StreamMappingOptions, run: ShardRun): Promise<void> {
  const { mapping, source, clock, onFiltered, monitor } = options;
  const { shardId, checkpoint, onPositioned, signal } = run;
  const { eventSourceArn: streamArn, parallelizationFactor } = mapping;
  const start = checkpoint.position;
  const passes = createRecordFilter(mapping.filters);
  const onProblem = (message: string) => {
    onPositioned();
    monitor.failed(message);
    options.onProblem(message);
  };

  const lanes = Array.from({ length: parallelizationFactor }, () =>
    createStreamBatches(mapping, clock, signal),
  );
  const work = lanes.map((lane) => runLane(lane, options, run));
  const read = async () => {
    const { read: onRead } = monitor;
    const place = { source, streamArn, shardId, start };
    const records = readShard({ ...place, clock, signal, onPositioned, onRead, onProblem });
    for await (const record of records) {
      const event = record.toEvent(shardId);
      if (start.type === 'AT_TIMESTAMP' && cameBefore(event, start.timestamp)) continue;
      checkpoint.read(record.sequenceNumber);
      if (passes(event)) await lanes[laneOf(record.orderKey, lanes.length)]?.push(event);
      else {
        onFiltered([event.eventID]);
        monitor.filtered(1);
        checkpoint.done(record.sequenceNumber);
      }
    }
    for (const lane of lanes) lane.close();
  };
  const parts = [...work, read()];
  try {
    await Promise.all(parts);
  } finally {
    // The batches at the function may still succeed.
    if (signal.aborted) await Promise.allSettled(parts);
  }
}

async function runLane(lane: StreamBatches, options: StreamMappingOptions, run: ShardRun): Promise<void> {
  const { mapping, source, keep, clock, onSettled } = options;
  const { shardId, checkpoint, signal } = run;
  for (let batch = await lane.nextBatch(); batch !== undefined; batch = await lane.nextBatch()) {
    await processBatch(batch, {
      mapping,
      retentionSeconds: source.retentionSeconds,
      invoke: (records) => invoke(records, options, run),
      giveUp: (records, condition, attempts, functionError) =>
        keep({ mapping, shardId, records, condition, attempts, functionError }),
      clock,
      signal,
    });
    for (const record of batch) checkpoint.done(sequenceNumberOf(record));
    onSettled?.(batch.map(({ eventID }) => eventID));
  }
}

/** A function that is throttled before it runs, or that Lambda cannot run, is asked again: that is no retry of the batch. */
async function invoke(
  records: readonly EventRecord[],
  { mapping, invoke, clock, onFailedBatch, onProblem, monitor }: StreamMappingOptions,
  { signal, abandoned }: ShardRun,
): Promise<AttemptResult> {
  signal.throwIfAborted();
  const [last] = records.slice(-1);
  monitor.invoked(records.length, last && clock.now() - arrivalSecondsOf(last) * 1000);
  try {
    const answer = await orAborted(invoke(invocationWith(records, mapping)), abandoned);
    const result = readBatchResult(answer, records.map(sequenceNumberOf), mapping.reportBatchItemFailures);
    const taken = { success: records.length, partial: 0, error: 0 }[result.outcome];
    if (result.outcome === 'error') onFailedBatch?.(describeError(result.error));
    monitor.answered(records.length - (result.outcome === 'partial' ? result.failedFrom : taken));
    return result;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (!error.isPassing) {
      monitor.failed(`${error.code}: ${error.message}`);
      onProblem(`${mapping.functionArn} cannot be invoked: ${error.code}: ${error.message}`);
      await clock.sleep(REFUSED_MS, signal);
    }
    return { outcome: 'throttled' };
  }
}

/** The error of a function is JSON. */
function describeError(error: string): string {
  const { errorType, errorMessage } = (parseJson(error) ?? {}) as Record<string, unknown>;
  return errorMessage === undefined ? error : `${errorType ?? 'Error'}: ${errorMessage}`;
}

/** Records with one key always go to the same lane, so that their order holds. */
function laneOf(orderKey: string, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash('md5').update(orderKey).digest().readUInt32BE(0) % lanes;
}
