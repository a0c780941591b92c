import type { FilterPattern } from '@xacct/core';
import type { Policy } from '../iam/policy.ts';
import type { DeployedAlarm } from './deployed-alarm.ts';
import type { DeployedQueue } from './deployed-queue.ts';
import type { DeployedQueueMapping } from './deployed-queue-mapping.ts';
import type { MappingSettings } from './read-mapping.ts';

/** Everything that the stacks of an assembly deploy, in all accounts, by ARN or name. */
export interface Deployed {
  roles: Map<string, DeployedRole>;
  functions: Map<string, DeployedFunction>;
  /** Event source mappings of streams. */
  mappings: DeployedMapping[];
  queueMappings: DeployedQueueMapping[];
  parameters: DeployedParameter[];
  buckets: Map<string, DeployedBucket>;
  queues: Map<string, DeployedQueue>;
  alarms: DeployedAlarm[];
}

/** An IAM role that a template deploys, with its inline policies and those that other resources attach. */
export interface DeployedRole {
  arn: string;
  name: string;
  account: string;
  trust: Policy;
  policies: Policy[];
  maxSessionSeconds: number;
}

/** A Lambda function that a template deploys, with the folder of its code. */
export interface DeployedFunction {
  arn: string;
  name: string;
  account: string;
  region: string;
  roleArn: string;
  runtime: string;
  handler: string;
  /** The key of its code among the assets: a hash of what is in it. */
  codeKey: string;
  codeFolder: string;
  environment: Readonly<Record<string, string>>;
  memoryMB: number;
  timeoutSeconds: number;
  logGroup: string;
  /** Maximum number of concurrent invocations; undefined if none are reserved. */
  reservedConcurrency: number | undefined;
  recursiveLoop: RecursiveLoop;
}

/** What Lambda does about a function in a recursive loop: the property of `AWS::Lambda::Function`. */
export type RecursiveLoop = 'Allow' | 'Terminate';

/** An event source mapping that reads a stream. */
export interface DeployedMapping extends MappingSettings {
  account: string;
  region: string;
  /** The stream, or a consumer of it. */
  eventSourceArn: string;
  streamArn: string;
  startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Epoch seconds; for AT_TIMESTAMP only. */
  startingTimestamp: number | undefined;
  /** A record is read that matches one of them; every record where there is none. */
  filters: FilterPattern[];
  parallelizationFactor: number;
  /** -1: until the records expire. */
  maximumRetryAttempts: number;
  /** -1: no limit. */
  maximumRecordAgeSeconds: number;
  bisectBatchOnFunctionError: boolean;
  /** What gets the batches whose retries ran out. */
  onFailure: OnFailure | undefined;
}

export type OnFailure = { service: 's3'; bucket: string } | { service: 'sqs'; queueArn: string };

export interface DeployedParameter {
  account: string;
  region: string;
  name: string;
  value: string;
}

export interface DeployedBucket {
  name: string;
  account: string;
  region: string;
  /** The customer managed key that encrypts its objects. */
  kmsKeyArn: string | undefined;
  policy: Policy;
}
