import type { Deployed, DeployedMapping } from './assembly/deployed.ts';
import type { CallRecord } from './endpoint/answer.ts';
import type { FaultCount } from './faults/faults.ts';
import type { FaultRules } from './faults/rule.ts';
import type { Credentials } from './iam/principal.ts';
import type { Alarm } from './services/cloudwatch/alarms.ts';
import type { ItemChange } from './services/dynamodb-streams/item-change.ts';
import type { TableStreamRecord } from './services/dynamodb-streams/stream-record.ts';
import type { Invocation } from './services/lambda/invocation.ts';
import type { Delivery } from './services/lambda/recorder.ts';
import type { ObjectText } from './services/s3/buckets.ts';
import type { QueueDepth } from './services/sqs/stored-messages.ts';
import type { Clock } from './shared/clock.ts';
import type { Watchdog } from './watchdog/watchdog.ts';

/** What a local AWS runs, and how. */
export interface LocalAwsOptions {
  /** Folder of a cloud assembly, as the CDK writes it. */
  assembly: string;
  /**
   * ARNs of functions that exist although no template deploys them, since they belong to other owners; with the aliases
   * and versions that they are invoked by. Called for each assembly.
   *
   * @default there are none
   */
  otherFunctions?: (deployed: Deployed) => Iterable<string>;
  /** Folder of `<function name>.mjs` or `.ts` modules for `otherFunctions`; those without a module are recorded. */
  functions?: string;
  /**
   * Folder that recorders write to: `<account>/<region>/<function>.jsonl`.
   *
   * @default a folder that is removed by `stop`
   */
  deliveries?: string;
  /**
   * Port of the endpoint; 0 for any free one.
   *
   * @default 0
   */
  port?: number;
  /**
   * Shards of each stream, 1 or more.
   *
   * @default 2
   */
  shards?: number;
  /**
   * Maximum number of messages of one queue in flight.
   *
   * @default AWS's own, `limits.sqs.messagesInFlight` of @xacct/core
   */
  messagesInFlight?: number | undefined;
  /** @default systemClock */
  clock?: Clock;
  /** @default none is called */
  events?: LocalAwsEvents;
  /**
   * What fails, as `parseFaults` reads it from a file.
   *
   * @default nothing
   */
  faults?: FaultRules | undefined;
  /**
   * Seed of the faults, 0–4294967295.
   *
   * @default the seed of `faults`
   */
  seed?: number | undefined;
  /**
   * Cleans up if this process is killed.
   *
   * @default a watchdog of its own
   */
  watchdog?: Watchdog;
}

/** Callbacks for what happens in a local AWS. */
export interface LocalAwsEvents {
  /** A recorder took an invocation. */
  onDelivery?(delivery: Delivery): void;
  /** A stream took records from a producer. */
  onIncoming?(streamArn: string, records: number): void;
  /** A mapping dropped records that match none of its filters. */
  onFiltered?(mapping: DeployedMapping, eventIds: readonly string[]): void;
  /** A mapping is done with records: the function took them, or they were given up. */
  onSettled?(mapping: DeployedMapping, eventIds: readonly string[]): void;
  /** A function failed with a batch of a stream as a whole. The mapping brings the batch again. */
  onFailedBatch?(mapping: DeployedMapping, reason: string): void;
  /**
   * A mapping invokes a function.
   *
   * @param textOf text of the first object with this key in any bucket; undefined if there is none
   */
  onInvocation?(invocation: Invocation, textOf: (objectKey: string) => string | undefined): void;
  /** A call at the endpoint did not bring its answer to the caller. An Invoke has the ID of its invocation. */
  onUnanswered?(requestId: string): void;
  /** A function wrote a line to its log. */
  onLog?(functionName: string, line: string): void;
  /** A call was answered at the endpoint. */
  onCall?(call: CallRecord): void;
  /** An alarm has another state than before. */
  onAlarm?(alarm: Alarm, before: Alarm['state']): void;
  /** Something that an operator should know: records given up, a stream that cannot be read. */
  onProblem?(message: string): void;
}

/** Settings of an SDK client for one account. */
export interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

/** A queue as the caller of the local AWS sees it. */
export interface LocalQueue {
  name: string;
  /** ID of the account that owns it. */
  account: string;
  arn: string;
  /** The URL in AWS, as in the templates and parameters. */
  url: string;
  /** Number of messages at this moment. */
  depth(): QueueDepth;
  /** Its messages, whatever their state. Does not count as a receive. */
  messages(): QueuedMessage[];
}

/** A message in a queue. */
export interface QueuedMessage {
  /** The same in each queue that it moves to. */
  id: string;
  body: string;
  /** Epoch ms. */
  sentAt: number;
}

/** A running local AWS. `await using` stops it at the end of the block. */
export interface LocalAws {
  /** URL of the endpoint: `http://127.0.0.1:<port>`. */
  endpoint: string;
  region: string;
  /** Administrator credentials, by account ID. */
  readonly credentials: Readonly<Record<string, Credentials>>;
  /** Administrator credentials that are exempt from fault injection, by account ID: for producers whose records are counted. */
  readonly sparedCredentials: Readonly<Record<string, Credentials>>;
  /** What the assembly deploys that runs now. */
  readonly deployed: Deployed;
  readonly queues: readonly LocalQueue[];
  /** The alarms of all accounts, with their states. */
  readonly alarms: readonly Alarm[];
  /** Absolute path of the folder that the recorders write to. */
  deliveries: string;
  /** The seed of the faults, and how often each rule made its fault; undefined without faults. */
  faults(): { seed: number; counts: FaultCount[] } | undefined;
  /** Bodies of all messages in all queues. Does not count as a receive. */
  messageBodies(): string[];
  /** Keys of all objects in all buckets of all accounts. */
  objectKeys(): string[];
  /** All objects in all buckets of all accounts. */
  objects(): Promise<ObjectText[]>;
  /**
   * Puts changes of items on the stream of a table, as writes to the table would.
   *
   * @returns the records that functions will get, without `eventSourceARN`
   * @throws {AwsError} ResourceNotFoundException when no mapping reads this stream; ValidationException
   */
  putItemChanges(streamArn: string, changes: readonly ItemChange[]): TableStreamRecord[];
  /**
   * Deploys another assembly over the one that runs, as CloudFormation would: what is equal in both keeps its state.
   * One update runs at a time; the folder must exist until `stop`.
   *
   * @throws {Error} as `startLocalAws`; the assembly before runs on then
   */
  update(assembly: string): Promise<{ before: Deployed; after: Deployed }>;
  /** From its next invocation on, a deployed function runs in new execution environments. */
  renewFunction(functionArn: string): Promise<void>;
  /**
   * Settings for an SDK client of an account's administrator: `new KinesisClient(aws.clientOf(account))`.
   *
   * @throws {Error} for an account without a stack
   */
  clientOf(account: string): ClientSettings;
  /** Stops everything, and removes all temporary files and processes. */
  stop(): Promise<void>;
  /** `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
