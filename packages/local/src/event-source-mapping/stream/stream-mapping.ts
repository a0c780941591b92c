import { createHash, randomUUID } from 'node:crypto';
import { createRecordFilter } from '@xacct/core';
import { orAborted, stopSignal } from '../../abort.ts';
import type { DeployedMapping } from '../../assembly/deployed.ts';
import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Invocation, InvocationResult } from '../../services/lambda/functions.ts';
import { readBatchResult } from './batch-result.ts';
import { Checkpoint } from './checkpoint.ts';
import { cameBefore, type EventRecord, sequenceNumberOf } from './event-record.ts';
import { Lane } from './lane.ts';
import { type AttemptResult, type FailureCondition, processBatch } from './process-batch.ts';
import { readShard } from './shard-reader.ts';
import type { SourceShard, StreamPosition, StreamSource } from './stream-source.ts';

/** A batch that the function did not take before its retries or its time ran out. */
export interface FailedBatch {
  mapping: DeployedMapping;
  shardId: string;
  records: readonly EventRecord[];
  condition: FailureCondition;
  attempts: number;
  /** Undefined where the function did not fail, but reported records. */
  functionError: 'Unhandled' | undefined;
}

export interface MappingOptions {
  mapping: DeployedMapping;
  /** Reads the stream as the function's execution role. */
  source: StreamSource;
  invoke: (invocation: Invocation) => Promise<InvocationResult>;
  /** Keeps a failed batch, where the mapping has a destination for it. */
  keep: (batch: FailedBatch) => Promise<void>;
  clock: Clock;
  /** Told of records that match none of the mapping's filters; the function will not get them. */
  onFiltered: (eventIds: string[]) => void;
  /** Told of records that have come to their end: the function took them, or they were given up. */
  onSettled?: (eventIds: string[]) => void;
  onProblem: (message: string) => void;
  /** Where another mapping left off, to go on from there. */
  positions?: Positions;
}

/** Of each shard, where to go on. */
export type Positions = ReadonlyMap<string, StreamPosition>;

const DISCOVER_MS = 2_000;
/** Before a function that cannot be invoked is asked again: it takes a person to mend that. */
const REFUSED_MS = 1_000;

/** Reads a stream into batches for a function, shard by shard, as Lambda's event source mapping does. */
export class EventSourceMapping {
  readonly #options: MappingOptions;
  readonly #stopped = stopSignal();
  /** What is at the function is not waited for any more. */
  readonly #abandoned = stopSignal();
  readonly #checkpoints = new Map<string, Checkpoint>();
  /** Of every shard that was started: resolves at its end. */
  readonly #shards = new Map<string, Promise<void>>();
  readonly #finished = new Set<string>();
  /** Shards that were there before the mapping; undefined until they are known. */
  #first: ReadonlySet<string> | undefined;
  readonly #passes: (record: EventRecord) => boolean;
  readonly #started = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.#passes = createRecordFilter(options.mapping.filters);
  }

  /** Resolves once every shard of the stream is read from a fixed place, or cannot be read for now. */
  start(): Promise<void> {
    this.#running = this.#discover(this.#started.resolve);
    return this.#started.promise;
  }

  stop(): Promise<void> {
    this.#abandoned.abort();
    return this.#end();
  }

  /** Stops once the function has answered for what it has; resolves with where another mapping may go on. */
  async drain(): Promise<Positions> {
    await this.#end();
    return new Map(Array.from(this.#checkpoints, ([shardId, { position }]) => [shardId, position]));
  }

  async #end(): Promise<void> {
    this.#stopped.abort();
    this.#started.resolve();
    await Promise.allSettled([this.#running, ...this.#shards.values()]);
  }

  async #discover(onStarted: () => void): Promise<void> {
    const { mapping, source, clock, onProblem } = this.#options;
    const { signal } = this.#stopped;
    for (;;) {
      try {
        const shards = await source.listShards(signal);
        const positioned = this.#startShards(shards);
        void Promise.all(positioned).then(onStarted);
      } catch (error) {
        onStarted();
        if (signal.aborted) return;
        onProblem(
          `The shards of ${mapping.eventSourceArn} cannot be listed: ${(error as Error).name}: ${(error as Error).message}`,
        );
      }
      await clock.sleep(DISCOVER_MS, signal);
    }
  }

  /** Starts each shard, a child only after its parents' ends, so that order holds through a resharding. */
  #startShards(shards: readonly SourceShard[]): Promise<void>[] {
    const { positions, mapping } = this.#options;
    const atStart = this.#first === undefined;
    if (atStart) {
      this.#first = new Set(shards.map(({ id }) => id));
      const parentsOf = new Map(shards.map(({ id, parentIds }) => [id, parentIds]));
      /** It, or one that it came from. */
      const wasRead = (id: string): boolean =>
        positions?.has(id) || (parentsOf.get(id)?.some(wasRead) ?? false);
      for (const { id, closed } of shards) {
        // Nothing will come to a closed shard: whoever wants the latest only is through with it.
        if (mapping.startingPosition === 'LATEST' && closed && !wasRead(id)) this.#finished.add(id);
      }
    }
    const listed = new Set(shards.map(({ id }) => id));
    const positioned: Promise<void>[] = [];
    for (const { id, parentIds } of shards) {
      if (this.#shards.has(id) || this.#finished.has(id)) continue;
      if (!parentIds.every((parent) => !listed.has(parent) || this.#finished.has(parent))) continue;
      const start = positions?.get(id) ?? this.#positionOf(id, atStart && positions === undefined);
      positioned.push(this.#startShard(id, start));
    }
    return positioned;
  }

  /** What came into being after the mapping is read from its start, so that nothing is skipped. */
  #positionOf(shardId: string, atStart: boolean): StreamPosition {
    const { startingPosition, startingTimestamp } = this.#options.mapping;
    if (startingPosition === 'AT_TIMESTAMP' && this.#first?.has(shardId))
      return { type: startingPosition, timestamp: (startingTimestamp ?? 0) * 1000 };
    return { type: startingPosition === 'LATEST' && atStart ? 'LATEST' : 'TRIM_HORIZON' };
  }

  #startShard(shardId: string, start: StreamPosition): Promise<void> {
    const positioned = Promise.withResolvers<void>();
    const checkpoint = new Checkpoint(start);
    this.#checkpoints.set(shardId, checkpoint);
    const onPositioned = () => {
      checkpoint.fix(this.#options.clock.now());
      positioned.resolve();
    };
    const done = this.#runShard(shardId, checkpoint, onPositioned).then(
      () => void this.#finished.add(shardId),
      (error: unknown) => {
        if (!this.#stopped.signal.aborted)
          this.#options.onProblem(`Shard ${shardId} stopped: ${String(error)}`);
      },
    );
    this.#shards.set(shardId, done);
    return positioned.promise;
  }

  async #runShard(shardId: string, checkpoint: Checkpoint, onPositioned: () => void): Promise<void> {
    const { mapping, source, clock, onFiltered } = this.#options;
    const onProblem = (message: string) => {
      onPositioned();
      this.#options.onProblem(message);
    };
    const { signal } = this.#stopped;
    const start = checkpoint.position;
    const { eventSourceArn: streamArn, parallelizationFactor } = mapping;

    const lanes = Array.from({ length: parallelizationFactor }, () => new Lane(mapping, clock, signal));
    const work = lanes.map((lane) => this.#runLane(lane, shardId, checkpoint));
    const read = async () => {
      const records = readShard({
        source,
        streamArn,
        shardId,
        start,
        clock,
        signal,
        onPositioned,
        onProblem,
      });
      for await (const record of records) {
        const event = record.toEvent(shardId);
        if (start.type === 'AT_TIMESTAMP' && cameBefore(event, start.timestamp)) continue;
        checkpoint.read(record.sequenceNumber);
        if (this.#passes(event)) await lanes[laneOf(record.orderKey, lanes.length)]?.push(event);
        else {
          onFiltered([event.eventID]);
          checkpoint.done(record.sequenceNumber);
        }
      }
      for (const lane of lanes) lane.close();
    };
    const parts = [...work, read()];
    try {
      await Promise.all(parts);
    } finally {
      // What a lane has at the function may still end well.
      if (signal.aborted) await Promise.allSettled(parts);
    }
  }

  async #runLane(lane: Lane, shardId: string, checkpoint: Checkpoint): Promise<void> {
    const { mapping, source, keep, clock, onSettled } = this.#options;
    const { signal } = this.#stopped;
    for (let batch = await lane.nextBatch(); batch !== undefined; batch = await lane.nextBatch()) {
      await processBatch(batch, {
        mapping,
        retentionSeconds: source.retentionSeconds,
        invoke: (records) => this.#invoke(records),
        giveUp: (records, condition, attempts, functionError) =>
          keep({ mapping, shardId, records, condition, attempts, functionError }),
        clock,
        signal,
      });
      for (const record of batch) checkpoint.done(sequenceNumberOf(record));
      onSettled?.(batch.map(({ eventID }) => eventID));
    }
  }

  /** A function that is throttled before it runs, or that Lambda cannot run, is asked again: no retry of the batch. */
  async #invoke(records: readonly EventRecord[]): Promise<AttemptResult> {
    const { mapping, invoke, clock, onProblem } = this.#options;
    const { signal } = this.#stopped;
    signal.throwIfAborted();
    try {
      const invocation: Invocation = {
        requestId: randomUUID(),
        invokedArn: mapping.functionArn,
        invocationType: 'RequestResponse',
        event: { Records: records },
      };
      const result = await orAborted(invoke(invocation), this.#abandoned.signal);
      return readBatchResult(result, records.map(sequenceNumberOf), mapping.reportBatchItemFailures);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (!error.isPassing) {
        onProblem(`${mapping.functionArn} cannot be invoked: ${error.code}: ${error.message}`);
        await clock.sleep(REFUSED_MS, signal);
      }
      return { outcome: 'throttled' };
    }
  }
}

/** Records with one key always go the same way, so that their order holds. */
function laneOf(orderKey: string, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash('md5').update(orderKey).digest().readUInt32BE(0) % lanes;
}
