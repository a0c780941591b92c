import type { DeployedMapping } from '../../assembly/deployed.ts';
import type { Invocation, InvocationResult } from '../../services/lambda/invocation.ts';
import type { MappingMonitor } from '../../services/lambda/mapping-monitor.ts';
import type { Clock } from '../../shared/clock.ts';
import type { EventRecord } from './event-record.ts';
import type { FailureCondition } from './process-batch.ts';
import type { StreamPosition, StreamSource } from './stream-source.ts';

/** Where to go on in each shard, by shard ID. */
export type Positions = ReadonlyMap<string, StreamPosition>;

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

export interface StreamMappingOptions {
  mapping: DeployedMapping;
  /** Reads the stream as the function's execution role. */
  source: StreamSource;
  invoke: (invocation: Invocation) => Promise<InvocationResult>;
  /** Keeps a failed batch, where the mapping has a destination for it. */
  keep: (batch: FailedBatch) => Promise<void>;
  clock: Clock;
  /** Called with records that match none of the mapping's filters; the function will not get them. */
  onFiltered: (eventIds: string[]) => void;
  /** Called with records that the mapping is done with: the function took them, or they were given up. */
  onSettled?: (eventIds: string[]) => void;
  /** Called when the function failed with a batch as a whole. */
  onFailedBatch?: (reason: string) => void;
  onProblem: (message: string) => void;
  monitor: MappingMonitor;
  /** Where another mapping left off, to go on from there; by shard ID. */
  positions?: Positions;
}
