import { createHash, randomUUID } from 'node:crypto';
import {
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { createRecordFilter } from '@xacct/core';
import { orAborted, stopSignal } from '../abort.ts';
import type { DeployedMapping } from '../assembly/deployed.ts';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Invocation, InvocationResult } from '../lambda/functions.ts';
import { type BatchResult, readBatchResult } from './batch-result.ts';
import { Checkpoint } from './checkpoint.ts';
import { type EventRecord, toEventRecord } from './kinesis-event.ts';
import { Lane } from './lane.ts';
import { type FailureCondition, processBatch } from './process-batch.ts';
import { readShard, type ShardPosition } from './shard-reader.ts';

/** A batch that the function did not take before its retries or its time ran out. */
export interface FailedBatch {
  mapping: DeployedMapping;
  shardId: string;
  records: readonly EventRecord[];
  condition: FailureCondition;
  attempts: number;
}

export interface MappingOptions {
  mapping: DeployedMapping;
  /** Reads the stream as the function's execution role. */
  kinesis: KinesisClient;
  roleArn: string;
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
export type Positions = ReadonlyMap<string, ShardPosition>;

const DISCOVER_MS = 2_000;
const THROTTLED_MS = 200;
/** What a person has to mend is asked less often. */
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

  /** Starts each shard, a child only after its parents' ends, so that order holds through a resharding. */
  async #discover(onStarted: () => void): Promise<void> {
    const { mapping, clock, onProblem, positions } = this.#options;
    const { signal } = this.#stopped;
    for (let first = true; ; ) {
      try {
        const shards = await this.#listShards();
        const positioned: Promise<void>[] = [];
        const listed = new Set(shards.map(({ ShardId }) => ShardId));
        for (const { ShardId: shardId = '', ParentShardId, AdjacentParentShardId } of shards) {
          const parents = [ParentShardId, AdjacentParentShardId].filter(
            (id) => id !== undefined && listed.has(id),
          );
          if (this.#shards.has(shardId) || !parents.every((id) => this.#finished.has(id ?? ''))) continue;
          // What came into being after the mapping is read from its start, so that nothing is skipped.
          const isNew = !first || positions !== undefined;
          const start: ShardPosition = {
            ShardIteratorType: isNew ? 'TRIM_HORIZON' : mapping.startingPosition,
          };
          positioned.push(this.#startShard(shardId, positions?.get(shardId) ?? start));
        }
        if (first) void Promise.all(positioned).then(onStarted);
        first = false;
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

  async #listShards(): Promise<Shard[]> {
    const { mapping, kinesis } = this.#options;
    const shards: Shard[] = [];
    // Each page names the stream, as a policy on one stream asks for; a token alone would not.
    let page: ListShardsCommandOutput | undefined;
    do {
      const last = shards.at(-1)?.ShardId;
      page = await kinesis.send(
        new ListShardsCommand({
          StreamARN: mapping.eventSourceArn,
          ...(last && { ExclusiveStartShardId: last }),
        }),
        { abortSignal: this.#stopped.signal },
      );
      shards.push(...(page.Shards ?? []));
    } while (page.NextToken !== undefined);
    return shards;
  }

  #startShard(shardId: string, start: ShardPosition): Promise<void> {
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
    const { mapping, kinesis, roleArn, clock, onFiltered } = this.#options;
    const onProblem = (message: string) => {
      onPositioned();
      this.#options.onProblem(message);
    };
    const { signal } = this.#stopped;
    const { eventSourceArn, region, parallelizationFactor } = mapping;

    const lanes = Array.from({ length: parallelizationFactor }, () => new Lane(mapping, clock, signal));
    const work = lanes.map((lane) => this.#runLane(lane, shardId, checkpoint));
    const read = async () => {
      const records = readShard({
        kinesis,
        streamArn: eventSourceArn,
        shardId,
        startingPosition: checkpoint.position,
        clock,
        signal,
        onPositioned,
        onProblem,
      });
      for await (const record of records) {
        const origin = { shardId, invokeIdentityArn: roleArn, region, eventSourceArn };
        const event = toEventRecord(record, origin);
        const { sequenceNumber, partitionKey } = event.kinesis;
        checkpoint.read(sequenceNumber);
        if (this.#passes(event)) await lanes[laneOf(partitionKey, lanes.length)]?.push(event);
        else {
          onFiltered([event.eventID]);
          checkpoint.done(sequenceNumber);
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
    const { mapping, keep, clock, onSettled } = this.#options;
    const { signal } = this.#stopped;
    for (let batch = await lane.nextBatch(); batch !== undefined; batch = await lane.nextBatch()) {
      await processBatch(batch, {
        mapping,
        invoke: (records) => this.#invoke(records),
        giveUp: (records, condition, attempts) => keep({ mapping, shardId, records, condition, attempts }),
        clock,
        signal,
      });
      for (const { kinesis } of batch) checkpoint.done(kinesis.sequenceNumber);
      onSettled?.(batch.map(({ eventID }) => eventID));
    }
  }

  /** A function that is throttled before it runs, or that Lambda cannot run, is asked again: no retry of the batch. */
  async #invoke(records: readonly EventRecord[]): Promise<BatchResult> {
    const { mapping, invoke, clock, onProblem } = this.#options;
    const { signal } = this.#stopped;
    for (;;) {
      signal.throwIfAborted();
      try {
        const invocation: Invocation = {
          requestId: randomUUID(),
          invokedArn: mapping.functionArn,
          invocationType: 'RequestResponse',
          event: { Records: records },
        };
        const result = await orAborted(invoke(invocation), this.#abandoned.signal);
        const sequenceNumbers = records.map((record) => record.kinesis.sequenceNumber);
        return readBatchResult(result, sequenceNumbers, mapping.reportBatchItemFailures);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        if (!error.isPassing)
          onProblem(`${mapping.functionArn} cannot be invoked: ${error.code}: ${error.message}`);
        await clock.sleep(error.isPassing ? THROTTLED_MS : REFUSED_MS, signal);
      }
    }
  }
}

/** Records with one partition key always go the same way, so that their order holds. */
function laneOf(partitionKey: string, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash('md5').update(partitionKey).digest().readUInt32BE(0) % lanes;
}
