import type { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { RouteTarget } from './route-target.ts';

/** A stream and the functions that receive its records. */
export interface RouteOptions {
  /**
   * The stream to read: a Kinesis stream, or a table with a DynamoDB stream. It is in the account and region of the
   * forwarder. The forwarder is granted what reading takes, and nothing else.
   */
  readonly stream: IStream | ITable;
  /** The functions that receive the records. At least one. */
  readonly targets: RouteTarget[];
  /**
   * Where a new event source mapping starts to read. Applies only when the mapping is created.
   *
   * @default StartingPosition.TRIM_HORIZON
   */
  readonly startingPosition?: StartingPosition;
  /**
   * The start time for `StartingPosition.AT_TIMESTAMP`, in seconds since 1970.
   *
   * @default - the oldest record
   */
  readonly startingPositionTimestamp?: number;
  /**
   * The maximum number of records in one batch. 1–10000.
   *
   * @default 100
   */
  readonly batchSize?: number;
  /**
   * How long Lambda waits for a full batch. 0–300 seconds.
   *
   * @default Duration.seconds(1)
   */
  readonly batchWindow?: Duration;
  /**
   * How many batches of one shard are processed at once. The order of each partition key is kept. 1–10.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;
  /**
   * How often a failed batch is retried; -1 retries until its records expire. -1–10000.
   *
   * @default - 1000; -1 where a target has `OnFailure.BLOCK`
   */
  readonly maximumRetryAttempts?: number;
  /**
   * The age after which the mapping no longer retries a record. 1 minute to 7 days.
   *
   * @default - 1 day; no limit where a target has `OnFailure.BLOCK`
   */
  readonly maximumRecordAge?: Duration;
  /**
   * How long parked records are retried, counted from when they were first parked. After that they go to the dead-letter
   * queue. 1 minute to 14 days.
   *
   * @default Duration.days(1)
   */
  readonly retryFor?: Duration;
  /**
   * The maximum number of concurrent invocations for retries of the route. 2–1000.
   *
   * @default 10
   */
  readonly retryConcurrency?: number;
  /**
   * The forwarder is invoked only for records that match at least one of these patterns, in the form of Lambda's event
   * filters; `FilterCriteria.filter` and `FilterRule` of the CDK write them, too. 1–10 patterns; more than 5 need a higher
   * quota in the account.
   *
   * @default - all records
   */
  readonly filters?: { readonly [key: string]: unknown }[];
  /**
   * Whether the mapping reads as a registered consumer, with a dedicated 2 MiB/s per shard. Only for Kinesis streams.
   *
   * @default false
   */
  readonly enhancedFanOut?: boolean;
  /**
   * Whether aggregated records of the Kinesis Producer Library are split into user records for the targets. Only for Kinesis
   * streams.
   *
   * @default false
   */
  readonly deaggregate?: boolean;
  /**
   * The customer managed key of the stream or table. The forwarder gets permission to decrypt with it.
   *
   * @default - the key of the stream or table, if it was created with one
   */
  readonly encryptionKey?: IKey;
  /**
   * Whether the event source mapping reads the stream.
   *
   * @default true
   */
  readonly enabled?: boolean;
}
