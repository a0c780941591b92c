import type { FilterPattern } from './filter-pattern.ts';
import type { Forwarder } from './forwarder.ts';
import type { RoutedTarget } from './target.ts';

/** A routes file with every default, account and name filled in: what infra deploys and the handler reads. */
export interface Routes {
  /** Prefix of every resource. */
  name: string;
  /** Where the streams and the forwarders are. */
  source: Source;
  /** The regions in which the stacks of target accounts are, by account, where it is not the source's. */
  accountRegions: Record<string, string>;
  /** IAM path of the roles that are made in target accounts: `/`, or one between slashes. */
  rolePath: string;
  /** ARN of the customer managed key of queues, failure buckets and log groups; absent: AWS's own keys. */
  encryptionKeyArn?: string;
  /** ARNs of topics that get every alarm when it is raised. */
  alarmActions?: readonly string[];
  /** ARNs of topics that get every alarm when it is over. */
  okActions?: readonly string[];
  /** Tags of every stack, which CloudFormation gives to all of its resources. */
  tags: Record<string, string>;
  /** The forwarders that routes use, each once, in order of first use. */
  forwarders: Forwarder[];
  /** In the order of the file. */
  routes: Route[];
}

/** What the names of all resources of a file follow from. */
export type Named = Pick<Routes, 'name' | 'source'>;

/** The account and region of the streams and forwarders. */
export interface Source {
  /** The account that owns the streams. */
  account: string;
  /** The region of the streams. */
  region: string;
  /** `aws`, `aws-cn` or `aws-us-gov`, from the region. */
  partition: string;
  /**
   * Targets trust the forwarder only while its account is in this organization.
   *
   * @default no condition
   */
  organizationId?: string;
  /** Qualifier of the CDK's bootstrap stacks, in the source account and in target accounts. Absent: the CDK's default. */
  qualifier?: string;
  /**
   * The permissions boundary of every role that xacct creates. A name means the policy of that name in the account of the
   * role.
   *
   * @default no boundary
   */
  permissionsBoundary?: string;
}

/** A stream of the source account and the functions that get its records. */
export interface Route {
  /** Unique in the file; the stream's name where the file gives none. */
  name: string;
  /**
   * The forwarder that reads the stream. Routes with the same forwarder share one function and role. Another name creates a
   * separate function and role, or a second reader of the same stream.
   *
   * @default default
   */
  forwarder: string;
  /** The stream that the route reads. */
  stream: Stream;
  /**
   * Where a new event source mapping starts to read. TRIM_HORIZON: at the oldest record of the stream. LATEST: at the next
   * record. AT_TIMESTAMP: where the previous mapping of the stream stopped; `deploy` determines the time. Applies only when
   * a mapping is created.
   *
   * @default TRIM_HORIZON
   */
  startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Epoch seconds, for AT_TIMESTAMP; absent where it is not known, which means the oldest record. */
  startingTimestamp?: number;
  /**
   * The maximum number of records in one batch. 1–10000 records.
   *
   * @default 100
   */
  batchSize: number;
  /**
   * How long Lambda waits for a full batch. 0–300 s.
   *
   * @default 1
   */
  batchWindowSeconds: number;
  /**
   * How many batches of one shard are processed at once. The order of each partition key is kept. 1–10.
   *
   * @default 1
   */
  parallelizationFactor: number;
  /**
   * How often a failed batch is retried; -1 retries until its records expire. -1–10000.
   *
   * @default 1000; -1 where a target has onFailure: block
   */
  maximumRetryAttempts: number;
  /**
   * The age after which the mapping no longer retries a record; -1 retries until it expires. 60–604800, or -1 for no limit.
   *
   * @default 86400; -1 where a target has onFailure: block
   */
  maximumRecordAgeSeconds: number;
  /**
   * The forwarder is invoked only for records that match at least one of these patterns. More than 5 patterns need a higher
   * quota in the account.
   *
   * @default none
   */
  filters: FilterPattern[];
  /**
   * Whether the mapping reads as a registered consumer, with a dedicated 2 MiB/s per shard.
   *
   * @default false
   */
  enhancedFanOut: boolean;
  /**
   * Whether aggregated records of the Kinesis Producer Library are split into user records for the targets.
   *
   * @default false
   */
  deaggregate: boolean;
  /** ARN of the customer managed key that encrypts the stream. */
  kmsKeyArn: string | undefined;
  /**
   * Whether the event source mapping reads the stream.
   *
   * @default true
   */
  enabled: boolean;
  /**
   * How long parked records are retried, counted from when they were first parked. After that they go to the dead-letter
   * queue. 60–1209600 s.
   *
   * @default 86400
   */
  retryForSeconds: number;
  /**
   * The maximum number of concurrent invocations for retries of the route. 2–1000 invocations.
   *
   * @default 10
   */
  retryConcurrency: number;
  /** Where failed records wait to be sent again to the target that lacks them. */
  retryQueueUrl: string;
  /** Where records end that no retry brought to their target. */
  deadLetterQueueUrl: string;
  /** The functions that get the records, in the order of the file, groups expanded. */
  targets: RoutedTarget[];
}

/** A Kinesis stream, or the DynamoDB stream of a table. */
export interface Stream {
  /** Which of the two it is. */
  service: 'kinesis' | 'dynamodb';
  /** The stream's name, or the table's. */
  name: string;
  /** ARN of the stream; of a DynamoDB stream with its label. */
  arn: string;
}
