import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { DeployedBucket, DeployedMapping, DeployedRole } from '../src/assembly/deployed.ts';
import type { DeployedAlarm } from '../src/assembly/deployed-alarm.ts';
import type { DeployedQueue } from '../src/assembly/deployed-queue.ts';
import type { DeployedQueueMapping } from '../src/assembly/deployed-queue-mapping.ts';
import type { MappingSettings } from '../src/assembly/read-mapping.ts';
import { type EventRecord, sequenceNumberOf } from '../src/event-source-mapping/stream/event-record.ts';
import type { KinesisEventRecord } from '../src/event-source-mapping/stream/kinesis-event.ts';
import { type Policy, parsePolicy } from '../src/iam/policy.ts';
import type { Principal } from '../src/iam/principal.ts';
import { createMetrics } from '../src/services/cloudwatch/metrics.ts';
import type { Invocation } from '../src/services/lambda/invocation.ts';
import { createMappingMonitor, type MappingMonitor } from '../src/services/lambda/mapping-monitor.ts';
import { createMappingResults } from '../src/services/lambda/mapping-results.ts';
import type { NewMessage, ReceivedMessage } from '../src/services/sqs/message.ts';
import type { Clock } from '../src/shared/clock.ts';

export const SOURCE = '111111111111';
export const TARGET = '999999999999';
export const REGION = 'us-west-2';
/** 2026-01-15T12:00:00Z */
export const NOON_MS = Date.UTC(2026, 0, 15, 12);

/** A folder of its own, and how to remove it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'xacct-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** How many child processes this process has. */
export function childProcesses(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
}

// Time

/** Sleeps take no time, and the clock goes on by them. */
export function instantClock(startMs = NOON_MS): Clock & { slept: number[] } {
  let now = startMs;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      // A loop that only time would end must end as a failed test.
      if (slept.length === 10_000) throw new Error('Nothing came of 10,000 sleeps');
      slept.push(ms);
      now += ms;
    },
  };
}

/** Sleeps end when the test advances the clock past them. */
export function steppedClock(startMs = NOON_MS): Clock & { advance(ms: number): void } {
  let now = startMs;
  const sleepers = new Set<{ endMs: number; wake: () => void }>();
  return {
    now: () => now,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { endMs: now + ms, wake: resolve };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        sleepers.delete(sleeper);
        reject(signal.reason);
      });
      return promise;
    },
    advance(ms) {
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.endMs > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

// IAM

export function policy(...statements: object[]): Policy {
  return parsePolicy({ Version: '2012-10-17', Statement: statements }, 'test');
}

export function allow(Action: string | string[], Resource: string | string[]): object {
  return { Effect: 'Allow', Action, Resource };
}

export function user(account = SOURCE, ...policies: Policy[]): Principal {
  const arn = `arn:aws:iam::${account}:user/ann`;
  return { kind: 'user', account, arn, principalArn: arn, policies };
}

export function roleSession(account: string, name: string, ...policies: Policy[]): Principal {
  return {
    kind: 'role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
    principalArn: `arn:aws:iam::${account}:role/${name}`,
    policies,
  };
}

/** As in a target account: trusts the forwarder's role by the account's root, `aws:PrincipalArn` and external id. */
export function trustForwarder(externalId: string | string[] = 'xacct:orders'): object {
  return {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${SOURCE}:root` },
    Condition: {
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${SOURCE}:role/forwarder` },
      StringEquals: { 'sts:ExternalId': externalId },
    },
  };
}

export function deployedRole(role: Partial<DeployedRole> & Pick<DeployedRole, 'trust'>): DeployedRole {
  const { account = TARGET, name = 'orders' } = role;
  const arn = `arn:aws:iam::${account}:role/${name}`;
  return { arn, name, account, policies: [], maxSessionSeconds: 3600, ...role };
}

// Lambda and its event source mappings

export function invocation(part: Partial<Invocation> = {}): Invocation {
  return {
    requestId: randomUUID(),
    invokedArn: `arn:aws:lambda:${REGION}:${TARGET}:function:reader`,
    invocationType: 'RequestResponse',
    event: {},
    ...part,
  };
}

export function eventRecord({
  sequenceNumber = '1',
  data = 'aGVsbG8=',
  arrivalSeconds = NOON_MS / 1000,
}: {
  sequenceNumber?: string;
  data?: string;
  arrivalSeconds?: number;
} = {}): KinesisEventRecord {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'key',
      sequenceNumber,
      data,
      approximateArrivalTimestamp: arrivalSeconds,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: `arn:aws:iam::${SOURCE}:role/forwarder`,
    awsRegion: REGION,
    eventSourceARN: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
  };
}

/** Records numbered from 1. */
export function eventRecords(count: number): KinesisEventRecord[] {
  return Array.from({ length: count }, (_, index) => eventRecord({ sequenceNumber: String(index + 1) }));
}

export function sequenceNumbers(records: readonly EventRecord[]): string[] {
  return records.map(sequenceNumberOf);
}

export function deployedMapping(part: Partial<DeployedMapping> = {}): DeployedMapping {
  return {
    id: 'route-orders-Mapping',
    account: SOURCE,
    region: REGION,
    functionArn: `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`,
    eventSourceArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
    streamArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
    enabled: true,
    startingPosition: 'TRIM_HORIZON',
    startingTimestamp: undefined,
    filters: [],
    batchSize: 100,
    batchWindowSeconds: 0,
    parallelizationFactor: 1,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    bisectBatchOnFunctionError: false,
    reportBatchItemFailures: true,
    countsEvents: false,
    onFailure: undefined,
    ...part,
  };
}

/** Counts what happens in a mapping, for a test that looks at something else. */
export function mappingMonitor(mapping: MappingSettings): MappingMonitor {
  return createMappingMonitor(mapping, createMetrics(instantClock()), createMappingResults());
}

// Buckets

export function deployedBucket(part: Partial<DeployedBucket> = {}): DeployedBucket {
  return { name: 'failures', account: SOURCE, region: REGION, kmsKeyArn: undefined, policy: [], ...part };
}

// Queues

export function deployedQueue(part: Partial<DeployedQueue> = {}): DeployedQueue {
  const { name = 'orders', account = SOURCE, region = REGION } = part;
  return {
    arn: `arn:aws:sqs:${region}:${account}:${name}`,
    url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    name,
    account,
    region,
    delaySeconds: 0,
    maximumMessageBytes: 1024 * 1024,
    retentionSeconds: 345_600,
    receiveWaitSeconds: 0,
    visibilityTimeoutSeconds: 30,
    sqsManagedSse: true,
    kmsKeyArn: undefined,
    redrive: undefined,
    redriveAllow: { redrivePermission: 'allowAll' },
    policy: [],
    policyDocument: undefined,
    ...part,
  };
}

export function newMessage(body: string, part: Partial<NewMessage> = {}): NewMessage {
  return {
    body,
    attributes: {},
    groupId: undefined,
    senderId: 'ann',
    delaySeconds: undefined,
    traceHeader: undefined,
    ...part,
  };
}

export function receivedMessage(part: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return {
    ...newMessage('hello'),
    id: 'id-1',
    sentAt: NOON_MS,
    receiveCount: 1,
    firstReceivedAt: NOON_MS + 1,
    deadLetterSourceArn: undefined,
    receiptHandle: 'handle-1',
    ...part,
  };
}

export function deployedQueueMapping(part: Partial<DeployedQueueMapping> = {}): DeployedQueueMapping {
  return {
    id: 'route-orders-Retry',
    functionArn: `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`,
    queueArn: `arn:aws:sqs:${REGION}:${SOURCE}:orders`,
    enabled: true,
    batchSize: 10,
    batchWindowSeconds: 0,
    maximumConcurrency: undefined,
    reportBatchItemFailures: true,
    countsEvents: false,
    ...part,
  };
}

// Cloud assemblies

export interface WrittenStack {
  name: string;
  account?: string;
  template: object;
  /** Folder of each zipped asset, by its key in the assets bucket. */
  assets?: Record<string, string>;
}

/** Writes a cloud assembly as `cdk synth` does. */
export async function writeAssembly(folder: string, stacks: readonly WrittenStack[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content));
  const artifacts = stacks.flatMap(({ name, account = SOURCE }) => [
    [`${name}.assets`, { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } }],
    [
      name,
      {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/${REGION}`,
        properties: { templateFile: `${name}.template.json` },
      },
    ],
  ]);
  await write('manifest.json', { version: '55.0.0', artifacts: Object.fromEntries(artifacts) });
  for (const { name, template, assets = {} } of stacks) {
    const files = Object.entries(assets).map(([objectKey, source]) => [
      objectKey,
      {
        source: { path: relative(folder, source), packaging: 'zip' },
        destinations: { current: { bucketName: 'assets', objectKey } },
      },
    ]);
    await write(`${name}.template.json`, template);
    await write(`${name}.assets.json`, { version: '55.0.0', files: Object.fromEntries(files) });
  }
}

export function role(RoleName: string, properties: object = {}): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'lambda.amazonaws.com' },
        },
      },
      ...properties,
    },
  };
}

export interface World {
  /** Folder of the forwarder's code. */
  code: string;
  /** What the forwarder's role may do to the stream. */
  streamActions?: string[];
  mapping?: object;
  /** Of the forwarder. */
  environment?: Record<string, string>;
}

export const READ_STREAM = ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'];

/** The stream `orders` of the source account, forwarded to the function `reader` of the target account. */
export function smallWorld({
  code,
  streamActions = READ_STREAM,
  mapping = {},
  environment = {},
}: World): WrittenStack[] {
  const functionArn = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
  const roleArn = `arn:aws:iam::${TARGET}:role/orders`;
  const externalId = 'xacct:orders';
  const streamArn = `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`;
  const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
  return [
    {
      name: 'forwarder',
      assets: { 'code.zip': code },
      template: {
        Resources: {
          Role: role('forwarder', {
            Policies: [
              {
                PolicyName: 'forward',
                PolicyDocument: document(
                  allow('sts:AssumeRole', roleArn),
                  allow(streamActions, [streamArn, `${streamArn}/consumer/*`]),
                  allow('s3:PutObject', 'arn:aws:s3:::failures/*'),
                ),
              },
            ],
          }),
          Failures: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'failures' } },
          Function: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              FunctionName: 'forwarder',
              Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
              Environment: { Variables: environment },
              Handler: 'index.handler',
              Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
              Runtime: 'nodejs24.x',
              Timeout: 20,
            },
          },
        },
      },
    },
    {
      name: 'route-orders',
      template: {
        Resources: {
          Mapping: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              EventSourceArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
              FunctionName: `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`,
              FunctionResponseTypes: ['ReportBatchItemFailures'],
              StartingPosition: 'TRIM_HORIZON',
              ...mapping,
            },
          },
        },
      },
    },
    {
      name: 'target',
      account: TARGET,
      template: {
        Resources: {
          Role: role('orders', {
            AssumeRolePolicyDocument: document(trustForwarder(externalId)),
            Policies: [
              {
                PolicyName: 'invoke',
                PolicyDocument: document(allow('lambda:InvokeFunction', functionArn)),
              },
            ],
          }),
        },
      },
    },
  ];
}

export interface QueueWorld {
  /** Folder of the function's code. */
  code: string;
  /** What the policy of the queue lets the function's role do. */
  actions?: string[];
  queue?: object;
  mapping?: object;
  function?: object;
}

export const WORK_ON_QUEUE = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
];

/** The queue `retry`, whose messages go to the function `worker`, and after two receipts to the queue `dead`. */
export function queueWorld({
  code,
  actions = WORK_ON_QUEUE,
  queue,
  mapping,
  function: properties,
}: QueueWorld): WrittenStack[] {
  const getAtt = (...place: string[]) => ({ 'Fn::GetAtt': place });
  const arn = (name: string) => `arn:aws:sqs:${REGION}:${SOURCE}:${name}`;
  const statement = (part: object) => ({ Action: 'sqs:*', Resource: getAtt('Retry', 'Arn'), ...part });
  return [
    {
      name: 'worker',
      assets: { 'code.zip': code },
      template: {
        Resources: {
          Role: role('worker'),
          Function: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              FunctionName: 'worker',
              Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
              Environment: { Variables: { QUEUE_URL: { Ref: 'Retry' } } },
              Handler: 'index.handler',
              Role: getAtt('Role', 'Arn'),
              Runtime: 'nodejs24.x',
              Timeout: 20,
              ...properties,
            },
          },
          Dead: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              QueueName: 'dead',
              MessageRetentionPeriod: 1_209_600,
              RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [arn('retry')] },
              SqsManagedSseEnabled: true,
            },
          },
          Retry: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              QueueName: 'retry',
              MessageRetentionPeriod: 1_209_600,
              RedrivePolicy: { deadLetterTargetArn: getAtt('Dead', 'Arn'), maxReceiveCount: 2 },
              SqsManagedSseEnabled: true,
              VisibilityTimeout: 30,
              ...queue,
            },
          },
          Policy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: {
              Queues: [{ Ref: 'Retry' }],
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [
                  statement({
                    Effect: 'Deny',
                    Principal: { AWS: '*' },
                    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
                  }),
                  statement({ Effect: 'Allow', Principal: { AWS: getAtt('Role', 'Arn') }, Action: actions }),
                ],
              },
            },
          },
          Mapping: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              EventSourceArn: getAtt('Retry', 'Arn'),
              FunctionName: getAtt('Function', 'Arn'),
              FunctionResponseTypes: ['ReportBatchItemFailures'],
              ScalingConfig: { MaximumConcurrency: 2 },
              ...mapping,
            },
          },
        },
      },
    },
  ];
}

// CloudWatch

/** On the records of the route `orders` that were delivered. */
export function deployedAlarm({
  periodSeconds = 60,
  evaluationPeriods = 1,
  ...part
}: Partial<DeployedAlarm> = {}): DeployedAlarm {
  const metric = {
    namespace: 'xacct',
    name: 'Delivered',
    dimensions: { Forwarder: 'f', Route: 'orders' },
  };
  return {
    name: 'alarm',
    account: SOURCE,
    region: REGION,
    description: undefined,
    queries: [{ id: 'm1', label: undefined, returnData: true, metric, statistic: 'Sum', periodSeconds }],
    watchesMetric: true,
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm: evaluationPeriods,
    threshold: 0,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    alarmActions: [],
    okActions: [],
    ...part,
  };
}
