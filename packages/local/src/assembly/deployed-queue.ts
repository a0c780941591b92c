import { limits, partitionOf, queueArn, queueUrl } from '@xacct/core';
import type { Policy } from '../iam/policy.ts';
import { parseResourcePolicy } from '../iam/policy-forms.ts';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { TypedResource } from './properties.ts';
import { readKeyArn } from './read-key-arn.ts';

export interface DeployedQueue {
  arn: string;
  url: string;
  name: string;
  account: string;
  region: string;
  delaySeconds: number;
  maximumMessageBytes: number;
  retentionSeconds: number;
  receiveWaitSeconds: number;
  visibilityTimeoutSeconds: number;
  sqsManagedSse: boolean;
  /** The customer managed key that encrypts its messages. */
  kmsKeyArn: string | undefined;
  redrive: { deadLetterArn: string; maxReceiveCount: number } | undefined;
  redriveAllow: RedriveAllow;
  policy: Policy;
  /** The policy as it was written, in JSON; undefined where the queue has none. */
  policyDocument: string | undefined;
}

/** Which queues may have a queue as their dead-letter queue. */
export type RedriveAllow =
  | { redrivePermission: 'allowAll' | 'denyAll' }
  | { redrivePermission: 'byQueue'; sourceQueueArns: readonly string[] };

/**
 * The queues of all stacks, by ARN.
 *
 * @throws {NotSupportedError} for what AWS would refuse in a queue, too
 */
export function readQueues(
  queues: readonly TypedResource[],
  policies: readonly TypedResource[],
): Map<string, DeployedQueue> {
  const read = queues.map((resource) => ({ queue: readQueue(resource), where: resource.where }));
  const byArn = new Map(read.map(({ queue }) => [queue.arn, queue]));
  for (const policy of policies) attachQueuePolicy(policy, byArn);
  for (const { queue, where } of read) checkRedrive(queue, where, byArn);
  return byArn;
}

function readQueue(resource: TypedResource): DeployedQueue {
  const { name, stack, where, properties } = resource;
  const { queueNameLength, delaySeconds, messageBytes, retentionSeconds } = limits.sqs;
  if (!/^[\w-]+$/.test(name) || name.length > queueNameLength)
    throw new NotSupportedError(
      `a queue named ${name}: standard queues have 1–80 of letters, digits, - and _`,
      where,
    );
  const source = { partition: partitionOf(stack.region), account: stack.account, region: stack.region };
  return {
    arn: queueArn(source, name),
    url: queueUrl(source, name),
    name,
    account: stack.account,
    region: stack.region,
    delaySeconds: properties.integer('DelaySeconds', [0, delaySeconds], 0),
    maximumMessageBytes: properties.integer('MaximumMessageSize', [1024, messageBytes], messageBytes),
    retentionSeconds: properties.integer('MessageRetentionPeriod', [60, retentionSeconds], 345_600),
    receiveWaitSeconds: properties.integer('ReceiveMessageWaitTimeSeconds', [0, 20], 0),
    visibilityTimeoutSeconds: properties.integer('VisibilityTimeout', [0, 43_200], 30),
    ...readEncryption(resource),
    redrive: readRedrive(resource),
    redriveAllow: readRedriveAllow(resource),
    policy: [],
    policyDocument: undefined,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
function readEncryption({
  properties,
  where,
}: TypedResource): Pick<DeployedQueue, 'sqsManagedSse' | 'kmsKeyArn'> {
  const key = properties.raw('KmsMasterKeyId');
  const sqsManagedSse = properties.boolean('SqsManagedSseEnabled', key === undefined);
  if (key === undefined) return { sqsManagedSse, kmsKeyArn: undefined };
  const kmsKeyArn = readKeyArn(key, 'KmsMasterKeyId', where);
  if (sqsManagedSse) throw new NotSupportedError('SqsManagedSseEnabled beside KmsMasterKeyId', where);
  return { sqsManagedSse, kmsKeyArn };
}

function readRedrive({ properties }: TypedResource): DeployedQueue['redrive'] {
  if (properties.raw('RedrivePolicy') === undefined) return undefined;
  const redrive = properties.object('RedrivePolicy', ['deadLetterTargetArn', 'maxReceiveCount']);
  return {
    deadLetterArn: redrive.text('deadLetterTargetArn'),
    maxReceiveCount: redrive.integer('maxReceiveCount', [1, limits.sqs.receiveCount]),
  };
}

function readRedriveAllow({ properties }: TypedResource): RedriveAllow {
  const allow = properties.object('RedriveAllowPolicy', ['redrivePermission', 'sourceQueueArns']);
  const permissions = ['allowAll', 'byQueue', 'denyAll'] as const;
  const redrivePermission = allow.oneOf('redrivePermission', permissions, 'allowAll');
  if (redrivePermission !== 'byQueue') return { redrivePermission };
  return { redrivePermission, sourceQueueArns: allow.texts('sourceQueueArns') };
}

function attachQueuePolicy(
  { where, properties }: TypedResource,
  queues: ReadonlyMap<string, DeployedQueue>,
): void {
  const document = properties.raw('PolicyDocument');
  for (const url of properties.texts('Queues')) {
    const queue = [...queues.values()].find((other) => other.url === url);
    if (queue === undefined) throw new NotSupportedError(`a queue at ${url}`, where);
    queue.policy = parseResourcePolicy(document, where);
    queue.policyDocument = JSON.stringify(document);
  }
}

/** A queue and its dead-letter queue are in one account and region, and that queue lets this one in. */
function checkRedrive(
  { arn, account, region, redrive }: DeployedQueue,
  where: string,
  queues: ReadonlyMap<string, DeployedQueue>,
): void {
  const { deadLetterArn } = redrive ?? {};
  if (deadLetterArn === undefined) return;
  const target = queues.get(deadLetterArn);
  if (target === undefined || target.account !== account || target.region !== region)
    throw new NotSupportedError(`a dead-letter queue ${deadLetterArn} in ${account} ${region}`, where);
  const { redriveAllow } = target;
  const lets =
    redriveAllow.redrivePermission === 'byQueue'
      ? redriveAllow.sourceQueueArns.includes(arn)
      : redriveAllow.redrivePermission === 'allowAll';
  if (!lets)
    throw new NotSupportedError(
      `the dead-letter queue ${deadLetterArn}: its RedriveAllowPolicy does not let ${arn} in`,
      where,
    );
}
