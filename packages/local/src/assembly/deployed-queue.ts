import { limits, partitionOf, queueArn, queueUrl } from '@xacct/core';
import type { Policy } from '../iam/policy.ts';
import { parseResourcePolicy } from '../iam/policy-forms.ts';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { Properties } from './properties.ts';
import { readKeyArn } from './read-key-arn.ts';
import type { Resource } from './read-template.ts';

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

interface TypedResource {
  resource: Resource;
  properties: Properties;
}

/**
 * The queues of all stacks, by ARN.
 *
 * @throws {NotSupportedError} for what AWS would refuse in a queue, too
 */
export function readQueues(
  queues: readonly TypedResource[],
  policies: readonly TypedResource[],
): Map<string, DeployedQueue> {
  const byArn = new Map<string, DeployedQueue>();
  for (const { resource, properties } of queues) {
    const queue = readQueue(resource, properties);
    byArn.set(queue.arn, queue);
  }
  for (const { resource, properties } of policies) attachQueuePolicy(resource, properties, byArn);
  for (const { resource } of queues) checkRedrive(resource, byArn);
  return byArn;
}

function readQueue({ name, stack, where }: Resource, properties: Properties): DeployedQueue {
  const { queueNameLength, delaySeconds, messageBytes, retentionSeconds } = limits.sqs;
  if (!/^[\w-]+$/.test(name) || name.length > queueNameLength)
    throw new NotSupportedError(
      `a queue named ${name}: standard queues have 1–80 of letters, digits, - and _`,
      where,
    );
  const inRange = (property: string, fallback: number, least: number, most: number) =>
    properties.integer(property, { fallback, least, most });
  const source = { partition: partitionOf(stack.region), account: stack.account, region: stack.region };
  return {
    arn: queueArn(source, name),
    url: queueUrl(source, name),
    name,
    account: stack.account,
    region: stack.region,
    delaySeconds: inRange('DelaySeconds', 0, 0, delaySeconds),
    maximumMessageBytes: inRange('MaximumMessageSize', messageBytes, 1024, messageBytes),
    retentionSeconds: inRange('MessageRetentionPeriod', 345_600, 60, retentionSeconds),
    receiveWaitSeconds: inRange('ReceiveMessageWaitTimeSeconds', 0, 0, 20),
    visibilityTimeoutSeconds: inRange('VisibilityTimeout', 30, 0, 43_200),
    ...readEncryption(properties, where),
    redrive: properties.raw('RedrivePolicy') === undefined ? undefined : readRedrive(properties),
    redriveAllow: readRedriveAllow(properties, where),
    policy: [],
    policyDocument: undefined,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
function readEncryption(
  properties: Properties,
  where: string,
): Pick<DeployedQueue, 'sqsManagedSse' | 'kmsKeyArn'> {
  const key = properties.raw('KmsMasterKeyId');
  if (key === undefined)
    return { sqsManagedSse: properties.boolean('SqsManagedSseEnabled', true), kmsKeyArn: undefined };
  const kmsKeyArn = readKeyArn(key, 'KmsMasterKeyId', where);
  if (properties.boolean('SqsManagedSseEnabled', false))
    throw new NotSupportedError('SqsManagedSseEnabled beside KmsMasterKeyId', where);
  return { sqsManagedSse: false, kmsKeyArn };
}

function readRedrive(properties: Properties): DeployedQueue['redrive'] {
  const redrive = properties.object('RedrivePolicy', ['deadLetterTargetArn', 'maxReceiveCount']);
  return {
    deadLetterArn: redrive.text('deadLetterTargetArn'),
    maxReceiveCount: redrive.integer('maxReceiveCount', { least: 1, most: 1000 }),
  };
}

function readRedriveAllow(properties: Properties, where: string): RedriveAllow {
  const allow = properties.object('RedriveAllowPolicy', ['redrivePermission', 'sourceQueueArns']);
  const redrivePermission = allow.raw('redrivePermission') ?? 'allowAll';
  if (redrivePermission === 'byQueue')
    return { redrivePermission, sourceQueueArns: allow.texts('sourceQueueArns') };
  if (redrivePermission === 'allowAll' || redrivePermission === 'denyAll') return { redrivePermission };
  throw new NotSupportedError(`redrivePermission ${redrivePermission}`, where);
}

function attachQueuePolicy(
  { where }: Resource,
  properties: Properties,
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
function checkRedrive({ name, stack, where }: Resource, queues: ReadonlyMap<string, DeployedQueue>): void {
  const { account, region } = stack;
  const arn = queueArn({ partition: partitionOf(region), account, region }, name);
  const deadLetterArn = queues.get(arn)?.redrive?.deadLetterArn;
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
