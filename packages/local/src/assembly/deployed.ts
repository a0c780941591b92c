import { type FilterPattern, functionArn, partitionOf, roleArn } from '@xacct/core';
import { NotSupportedError } from '../aws-error.ts';
import type { Policy } from '../iam/policy.ts';
import { parseIdentityPolicy, parseResourcePolicy, parseTrustPolicy } from '../iam/policy-forms.ts';
import type { RecursiveLoop } from '../services/lambda/recursion.ts';
import { type DeployedQueue, readQueues } from './deployed-queue.ts';
import { type DeployedQueueMapping, readQueueMapping } from './deployed-queue-mapping.ts';
import { readStreamMapping } from './deployed-stream-mapping.ts';
import { Properties } from './properties.ts';
import type { StackArtifact } from './read-assembly.ts';
import { readKeyArn } from './read-key-arn.ts';
import { type Resource, readTemplate } from './read-template.ts';

/** All that the stacks of an assembly deploy, over all accounts, by ARN or name. */
export interface Deployed {
  roles: Map<string, DeployedRole>;
  functions: Map<string, DeployedFunction>;
  /** Of streams. */
  mappings: DeployedMapping[];
  queueMappings: DeployedQueueMapping[];
  parameters: DeployedParameter[];
  buckets: Map<string, DeployedBucket>;
  queues: Map<string, DeployedQueue>;
}

export interface DeployedRole {
  arn: string;
  name: string;
  account: string;
  trust: Policy;
  policies: Policy[];
  maxSessionSeconds: number;
}

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
  /** Invocations under way at the most; undefined where none are reserved. */
  reservedConcurrency: number | undefined;
  recursiveLoop: RecursiveLoop;
}

export interface DeployedMapping {
  /** Stands for the UUID that AWS would give. */
  id: string;
  account: string;
  region: string;
  functionArn: string;
  /** The stream, or a consumer of it. */
  eventSourceArn: string;
  streamArn: string;
  enabled: boolean;
  startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Epoch seconds; for AT_TIMESTAMP only. */
  startingTimestamp: number | undefined;
  /** A record is read that matches one of them; every record where there is none. */
  filters: FilterPattern[];
  batchSize: number;
  batchWindowSeconds: number;
  parallelizationFactor: number;
  /** -1: until the records expire. */
  maximumRetryAttempts: number;
  /** -1: no limit. */
  maximumRecordAgeSeconds: number;
  bisectBatchOnFunctionError: boolean;
  reportBatchItemFailures: boolean;
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

/**
 * "Deploys" the stacks of an assembly.
 *
 * @throws {NotSupportedError} for anything in a template that the local AWS does not know
 */
export function deploy(stacks: readonly StackArtifact[]): Deployed {
  const resources = stacks.flatMap(readTemplate);
  const ofType = (type: string) =>
    resources
      .filter((resource) => resource.type === type)
      .map((resource) => ({ resource, properties: new Properties(resource) }));

  const roles = new Map<string, DeployedRole>();
  for (const { resource, properties } of ofType('AWS::IAM::Role')) {
    const role = readRole(resource, properties);
    roles.set(role.arn, role);
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const { resource, properties } of ofType(type)) attachPolicy(resource, properties, roles);
  }

  const buckets = new Map<string, DeployedBucket>();
  for (const { resource, properties } of ofType('AWS::S3::Bucket')) {
    const { name, where, stack } = resource;
    const { account, region } = stack;
    buckets.set(name, { name, account, region, kmsKeyArn: readBucketKey(properties, where), policy: [] });
  }
  for (const { resource, properties } of ofType('AWS::S3::BucketPolicy')) {
    const bucket = buckets.get(properties.text('Bucket'));
    if (bucket === undefined)
      throw new NotSupportedError(`a bucket named ${properties.text('Bucket')}`, resource.where);
    bucket.policy = parseResourcePolicy(properties.raw('PolicyDocument'), resource.where);
  }

  const functions = ofType('AWS::Lambda::Function').map(({ resource, properties }) =>
    readFunction(resource, properties),
  );
  const [queueMappings, streamMappings] = partition(
    ofType('AWS::Lambda::EventSourceMapping'),
    ({ properties }) => /^arn:[^:]+:sqs:/.test(properties.text('EventSourceArn')),
  );
  const mappings = streamMappings.map(({ resource, properties }) => readStreamMapping(resource, properties));
  const consumers = ofType('AWS::Kinesis::StreamConsumer').map(
    ({ resource, properties }) => `${properties.text('StreamARN')}/consumer/${resource.name}:`,
  );
  for (const { id, eventSourceArn, streamArn } of mappings) {
    const known = eventSourceArn === streamArn || consumers.some((start) => eventSourceArn.startsWith(start));
    if (!known) throw new NotSupportedError(`a consumer ${eventSourceArn}`, id);
  }
  return {
    roles,
    buckets,
    queues: readQueues(ofType('AWS::SQS::Queue'), ofType('AWS::SQS::QueuePolicy')),
    functions: new Map(functions.map((definition) => [definition.arn, definition])),
    mappings,
    queueMappings: queueMappings.map(({ resource, properties }) => readQueueMapping(resource, properties)),
    parameters: ofType('AWS::SSM::Parameter').map(({ resource, properties }) =>
      readParameter(resource, properties),
    ),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html */
function readBucketKey(properties: Properties, where: string): string | undefined {
  const [rule] = properties
    .object('BucketEncryption', ['ServerSideEncryptionConfiguration'])
    .objects('ServerSideEncryptionConfiguration', ['BucketKeyEnabled', 'ServerSideEncryptionByDefault']);
  const key = rule
    ?.object('ServerSideEncryptionByDefault', ['KMSMasterKeyID', 'SSEAlgorithm'])
    .raw('KMSMasterKeyID');
  return key === undefined ? undefined : readKeyArn(key, 'KMSMasterKeyID', where);
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

function readRole({ name, stack, where }: Resource, properties: Properties): DeployedRole {
  return {
    arn: roleArn({ partition: partitionOf(stack.region) }, stack.account, name, readPath(properties, where)),
    name,
    account: stack.account,
    trust: parseTrustPolicy(properties.raw('AssumeRolePolicyDocument'), `${where} AssumeRolePolicyDocument`),
    policies: properties
      .objects('Policies')
      .map((policy) =>
        parseIdentityPolicy(policy.raw('PolicyDocument'), `${where} policy ${policy.text('PolicyName')}`),
      ),
    maxSessionSeconds: properties.number('MaxSessionDuration', 3600),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names */
function readPath(properties: Properties, where: string): string {
  const path = properties.raw('Path') ?? '/';
  if (typeof path === 'string' && /^\/([!-~]+\/)?$/.test(path)) return path;
  throw new NotSupportedError(
    `Path ${JSON.stringify(path)} of a role: it begins and ends with a slash`,
    where,
  );
}

function attachPolicy(
  { stack, where }: Resource,
  properties: Properties,
  roles: Map<string, DeployedRole>,
): void {
  const policy = parseIdentityPolicy(properties.raw('PolicyDocument'), where);
  for (const name of properties.texts('Roles')) {
    // IAM knows a role of an account by its name, whatever its path.
    const role = [...roles.values()].find((one) => one.account === stack.account && one.name === name);
    if (role === undefined) throw new NotSupportedError(`a role named ${name}`, where);
    role.policies.push(policy);
  }
}

function readFunction({ name, stack, where }: Resource, properties: Properties): DeployedFunction {
  const key = properties.object('Code', ['S3Bucket', 'S3Key']).text('S3Key');
  const codeFolder = stack.assets.get(key);
  if (codeFolder === undefined)
    throw new NotSupportedError(`code asset ${key}: no file of the assembly is deployed there`, where);
  return {
    arn: functionArn(partitionOf(stack.region), stack.region, stack.account, name),
    name,
    account: stack.account,
    region: stack.region,
    roleArn: properties.text('Role'),
    runtime: properties.text('Runtime'),
    handler: properties.text('Handler'),
    codeKey: key,
    codeFolder,
    environment: properties.object('Environment', ['Variables']).textsByName('Variables'),
    memoryMB: properties.number('MemorySize', 128),
    timeoutSeconds: properties.number('Timeout', 3),
    reservedConcurrency:
      properties.raw('ReservedConcurrentExecutions') === undefined
        ? undefined
        : properties.number('ReservedConcurrentExecutions'),
    recursiveLoop: readRecursiveLoop(properties, where),
    logGroup: String(
      properties.object('LoggingConfig', ['LogGroup']).raw('LogGroup') ?? `/aws/lambda/${name}`,
    ),
  };
}

function readRecursiveLoop(properties: Properties, where: string): RecursiveLoop {
  const value = properties.raw('RecursiveLoop') ?? 'Terminate';
  if (value === 'Allow' || value === 'Terminate') return value;
  throw new NotSupportedError(`RecursiveLoop ${JSON.stringify(value)}`, where);
}

function readParameter({ name, stack, where }: Resource, properties: Properties): DeployedParameter {
  const type = properties.text('Type');
  if (type !== 'String') throw new NotSupportedError(`the parameter type ${type}`, where);
  return { account: stack.account, region: stack.region, name, value: properties.text('Value') };
}
