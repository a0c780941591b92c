import type { AssemblyChange } from './assembly-change.ts';
import type { Clock } from './clock.ts';
import type { ItemChange } from './services/dynamodb-streams/item-change.ts';
import type { TableStreamRecord } from './services/dynamodb-streams/stream-record.ts';
import type { FaultCount } from './faults/faults.ts';
import type { FaultRules } from './faults/rule.ts';
import type { CallRecord } from './endpoint/gateway.ts';
import type { Invocation } from './services/lambda/functions.ts';
import type { Delivery } from './services/lambda/recorder.ts';
import type { LocalQueue } from './local-queue.ts';
import type { Credentials } from './iam/principal.ts';
import type { DeployedRoute } from './routed.ts';
import type { Watchdog } from './watchdog/watchdog.ts';

export interface LocalAwsOptions {
  /** Folder of a cloud assembly, as `xacct synth` writes it. */
  assembly: string;
  /**
   * Where recorders write what arrives: `<account>/<region>/<function>.jsonl`. Default: a folder that is gone when it
   * stops.
   */
  deliveries?: string;
  /** Port of the endpoint; 0, the default, for any free one. */
  port?: number;
  /** Folder of `<function name>.mjs` or `.ts` modules that stand for target functions; others get a recorder. */
  functions?: string;
  /** Shards of each routed stream, 1 or more. Default: 2. */
  shards?: number;
  /** Messages of one queue in flight at the most. Default: AWS's own bound, `limits.sqs.messagesInFlight`. */
  messagesInFlight?: number | undefined;
  clock?: Clock;
  events?: LocalAwsEvents;
  /** What fails, as `parseFaults` reads it from a file. Default: nothing. */
  faults?: FaultRules | undefined;
  /** In place of the seed of `faults`, 0–4294967295. */
  seed?: number | undefined;
  /** Cleans up should this process be killed. Default: one of its own. */
  watchdog?: Watchdog;
}

export interface LocalAwsEvents {
  /** A recorder took an invocation. */
  onDelivery?(delivery: Delivery): void;
  /** The mapping of a route dropped records that match none of its filters. */
  onFiltered?(routeName: string, eventIds: readonly string[]): void;
  /** Records of a route came to their end at its mapping: the function took them, or they were given up. */
  onSettled?(routeName: string, eventIds: readonly string[]): void;
  /** A mapping invokes a function. A message that refers to an object has the object's text here, with its records. */
  onInvocation?(invocation: Invocation): void;
  /** A call at the endpoint did not bring its answer to the caller. An Invoke has the id of its invocation. */
  onUnanswered?(requestId: string): void;
  /** A function wrote a line to its log. */
  onLog?(functionName: string, line: string): void;
  /** A call was answered at the endpoint. */
  onCall?(call: CallRecord): void;
  /** Something that an operator should know: records given up, a stream that cannot be read. */
  onProblem?(message: string): void;
}

export interface ClientSettings {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

export interface LocalAws {
  endpoint: string;
  region: string;
  /** Of an administrator, by account. */
  readonly credentials: Readonly<Record<string, Credentials>>;
  /** As `credentials`, of who meets no fault: for producers whose records are counted. */
  readonly sparedCredentials: Readonly<Record<string, Credentials>>;
  /** The seed of the faults, and what they made so far; undefined without faults. */
  faults(): { seed: number; counts: FaultCount[] } | undefined;
  readonly routes: readonly DeployedRoute[];
  readonly queues: readonly LocalQueue[];
  /**
   * Whatever is kept for later: the bodies of all messages in queues, and of all objects in buckets but those under
   * `waiting/` that no message refers to any more.
   */
  kept(): Promise<string[]>;
  /**
   * Puts changes of items on the stream of a table, as writes to the table would.
   *
   * @returns the records that functions will get, but for `eventSourceARN`
   * @throws {AwsError} ResourceNotFoundException when no route reads this stream; ValidationException
   */
  putItemChanges(streamArn: string, changes: readonly ItemChange[]): TableStreamRecord[];
  /** Absolute path of the folder that the recorders write to. */
  deliveries: string;
  /**
   * Deploys another assembly over the one that runs, as CloudFormation would: what is equal in both runs on with its
   * state. One update at a time; the folder must stay until `stop`.
   *
   * @throws {Error} as `startLocalAws`; the assembly before runs on then
   */
  update(assembly: string): Promise<AssemblyChange>;
  /** What an SDK's client of an account's administrator is made with: `new KinesisClient(aws.clientOf(account))`. */
  clientOf(account: string): ClientSettings;
  /** Stops everything; nothing of it is left. */
  stop(): Promise<void>;
  /** As `stop`: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
