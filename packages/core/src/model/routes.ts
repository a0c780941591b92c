import type { FilterPattern } from './filter-pattern.ts';

/** A routes file with every default, account and name filled in: what infra deploys and the handler reads. */
export interface Routes {
  /** Prefix of every resource. */
  name: string;
  source: Source;
  /** The regions in which the stacks of target accounts are, by account, where it is not the source's. */
  accountRegions: Record<string, string>;
  /** IAM path of the roles that are made in target accounts: `/`, or one between slashes. */
  rolePath: string;
  /** ARN of the customer managed key of queues, failure buckets and log groups; absent: AWS's own keys. */
  encryptionKeyArn?: string;
  /** ARNs of topics that get every alarm: when it is raised, and when it is over. */
  alarmActions?: readonly string[];
  okActions?: readonly string[];
  /** Of every stack, and so of every resource that takes any. */
  tags: Record<string, string>;
  /** The forwarders that routes use, each once, in order of first use. */
  forwarders: Forwarder[];
  routes: Route[];
}

export interface Source {
  account: string;
  region: string;
  /** `aws`, `aws-cn` or `aws-us-gov`, from the region. */
  partition: string;
  /** What the source account is a member of, where target accounts are to trust it as that only. */
  organizationId?: string;
  /** Of the CDK's bootstrap stacks, here and in target accounts; absent: the CDK's default. */
  qualifier?: string;
  /** The permissions boundary of every role: the name of a managed policy of its account, or an ARN. */
  permissionsBoundary?: string;
}

export interface Forwarder {
  name: string;
  memoryMB: number;
  timeoutSeconds: number;
  /** Undefined: none is reserved. */
  reservedConcurrency: number | undefined;
  tracing: boolean;
  /** `organization`: by the pattern of their names, of `organizationId` of the source. */
  assumeRoles: 'listed' | 'organization';
  /** The dimensions of what is counted: by target, or by route only. */
  metrics: 'target' | 'route';
  /** The least severe lines that are written. */
  logLevel: LogLevel;
  logRetentionDays: number;
  /** Absent: the function has no network of the account. */
  vpc?: Vpc;
  /** ARN; absent: its code need not be signed. */
  codeSigningConfigArn?: string;
}

export interface Vpc {
  subnets: readonly string[];
  securityGroups: readonly string[];
}

export interface Route {
  name: string;
  forwarder: string;
  stream: Stream;
  startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Epoch seconds, for AT_TIMESTAMP; absent where it is not known, which means the oldest record. */
  startingTimestamp?: number;
  batchSize: number;
  batchWindowSeconds: number;
  parallelizationFactor: number;
  /** -1: no limit. */
  maximumRetryAttempts: number;
  /** -1: no limit. */
  maximumRecordAgeSeconds: number;
  /** Of which a record has to match one; none: every record passes. */
  filters: FilterPattern[];
  enhancedFanOut: boolean;
  deaggregate: boolean;
  /** ARN of the customer managed key that encrypts the stream. */
  kmsKeyArn: string | undefined;
  enabled: boolean;
  /** How long parked records are sent again, from when they were first parked. */
  retryForSeconds: number;
  /** Invocations at once that retries may take. */
  retryConcurrency: number;
  /** Where failed records wait to be sent again to the target that lacks them. */
  retryQueueUrl: string;
  /** Where records end that no retry brought to their target. */
  deadLetterQueueUrl: string;
  targets: RoutedTarget[];
}

export interface Stream {
  service: 'kinesis' | 'dynamodb';
  /** The stream's name, or the table's. */
  name: string;
  arn: string;
}

/** A target as the handler needs it. */
export interface Target {
  account: string;
  region: string;
  /** ARN to invoke, with the alias or version where one is routed. */
  functionArn: string;
  /** ARN of the role in the target account that may invoke the function. */
  roleArn: string;
  externalId: string;
  invocation: Invocation;
  onFailure: 'park' | 'block';
  /** How long one call may last; absent: as long as the forwarder has. */
  timeoutSeconds?: number;
  /** What a record has to match for this target; absent: every record goes there. */
  filter?: FilterPattern;
  /** ARNs of functions whose parked records go to this one; absent for none. */
  replaces?: string[];
}

/** A target of a routes file. */
export interface RoutedTarget extends Target {
  /** Whether its role is generated for the route. An existing role is its owner's. */
  hasGeneratedRole: boolean;
}

export type LogLevel = 'info' | 'warn' | 'error';

export type Invocation = 'event' | 'request-response';
