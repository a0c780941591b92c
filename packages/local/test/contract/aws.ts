import type { Credentials } from '../../src/iam/principal.ts';
import type { AwsConfig } from './aws-config.ts';
import type { QueueLog } from './queue-log.ts';

/** What the suite needs of an AWS, local or real: a world deployed from templates, and access to it. */
export interface Aws {
  world: World;
  /** For SDK clients. Default: those of an administrator. */
  config(account: 'source' | 'target', credentials?: Credentials): AwsConfig;
  /** Moves its time on. Undefined where time is not the suite's. */
  advance: ((ms: number) => void) | undefined;
  /** Does so much at one moment. Undefined as `advance`. */
  atOnce: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
  /** Puts new items on the stream of a table. Undefined where that takes a table. */
  putItems: ((streamArn: string, changes: ItemChange[]) => void) | undefined;
  /** Bodies of all objects in the buckets. Undefined where the suite makes no buckets. */
  objects: (() => Promise<string[]>) | undefined;
  /** Messages of a queue that may be in flight. */
  messagesInFlight: number;
  /** How long to wait for something to happen. */
  patienceMs: number;
  /** Leaves nothing behind. */
  stop(): Promise<void>;
}

export interface ItemChange {
  Keys: Record<string, Record<string, unknown>>;
  NewImage?: Record<string, Record<string, unknown>>;
}

/** Names of what is deployed. */
export interface World {
  region: string;
  source: string;
  target: string;
  /** Starts the name of everything. */
  prefix: string;
}

/** A stream, and a mapping that brings it to the function. */
export interface Scenario {
  /** Names its stream. */
  id: string;
  /** Default: a Kinesis stream. */
  stream?: 'consumer' | 'table';
  /** Properties of the mapping, over a batch of 100 without retries that reports item failures. */
  mapping?: Record<string, unknown>;
  /** The function may never run. */
  throttled?: boolean;
  /** Where failed batches go. Default: the failure queue. */
  keptIn?: 'bucket';
}

interface BehaviourFacts {
  /** A sentence; names the behaviour in docs/local-aws.md. */
  name: string;
  /** AWS's documentation of it. */
  source: string;
  /** Why real AWS is not asked. */
  localOnly?: string;
}

/** What one or more calls do. */
export interface CallBehaviour extends BehaviourFacts {
  /** @param seen what the function of the source account got */
  check(aws: Aws, seen: QueueLog<Seen>): Promise<void>;
}

/** What an event source mapping does with a stream of its own. */
export interface StreamBehaviour extends BehaviourFacts {
  scenario: Scenario;
  check(run: StreamRun): Promise<void>;
}

export interface StreamRun {
  aws: Aws;
  streamArn: string;
  /** What the mapping names: the stream, or a consumer of it. */
  eventSourceArn: string;
  /** Puts records, in order. */
  put(...records: TestRecord[]): Promise<void>;
  /** Halves the hash range of the first shard that is open. */
  splitShard(): Promise<void>;
  /** Makes one of the first two shards that are open. */
  mergeShards(): Promise<void>;
  /** What the function got so far, in the order in which it got it. */
  seen(): Promise<Seen[]>;
  /** What the failure queue holds of this stream so far. */
  failures(): Promise<FailureFacts[]>;
  /** Repeats until it does not throw, as long as the AWS wants patience. */
  eventually(check: () => Promise<void>): Promise<void>;
}

export interface TestRecord {
  id: string;
  /** Default: `key`. */
  key?: string;
  /** Throws as often as this; the process keeps count. */
  throw?: number;
  /** Ends the process; each new one counts anew. */
  exit?: number;
  /** Reported as failed as often as this. */
  report?: number;
  /** Sent to the queue that it came from, with one less, until there is none. */
  again?: number;
  /** Answered as it is. */
  answer?: unknown;
  /** Anything else, for filters or for size. */
  [field: string]: unknown;
}

/** One invocation. */
export interface Seen {
  at: number;
  order: number;
  source: string;
  ids: string[];
  /** Of the event. */
  bytes: number;
  /** The first record, unless it is large. */
  first?: unknown;
}

export interface FailureFacts {
  requestContext: { functionArn: string; condition: string; approximateInvokeCount: number };
  responseContext?: { functionError: string | null };
  KinesisBatchInfo?: { streamArn: string; batchSize: number };
  DDBStreamBatchInfo?: { streamArn: string; batchSize: number };
}
