import { createHash } from 'node:crypto';
import { limits } from '../limits/aws-limits.ts';
import type { Route, Routes, Source, Stream } from '../model/routes.ts';

/**
 * The names of everything that is deployed, and the ARNs that follow from them.
 * Both sides of a route are linked by these names alone, so that no stack imports from another.
 */

/** The schema's default: what belongs to it does not say so in its name, since most have no other. */
const DEFAULT_FORWARDER = 'default';

/** The forwarder's function and its execution role share one name. */
export function forwarderFunctionName(name: string, forwarder: string): string {
  return bounded(`${name}-forwarder-${forwarder}`, limits.lambda.functionNameLength);
}

export function executionRoleName(name: string, forwarder: string): string {
  return bounded(`${name}-forwarder-${forwarder}`, limits.iam.roleNameLength);
}

/** What an execution role may do beyond its inline policy. `number` is 1 to 10. */
export function executionPolicyName(name: string, forwarder: string, number: number): string {
  return `${executionRoleName(name, forwarder)}-${number}`;
}

/**
 * The role in each target account that a forwarder assumes for one route. A route that moves to another forwarder gets a
 * new one, which can be made in that forwarder's stack before the old one is deleted; no route's name has an `@`.
 */
export function routeRoleName(name: string, route: string, forwarder: string): string {
  const suffix = forwarder === DEFAULT_FORWARDER ? '' : `@${forwarder}`;
  return bounded(`${name}-route-${route}${suffix}`, limits.iam.roleNameLength);
}

export function logGroupName(name: string, forwarder: string): string {
  return `/aws/lambda/${forwarderFunctionName(name, forwarder)}`;
}

/** Where failed records of a route wait to be sent again. */
export function retryQueueName(name: string, route: string): string {
  return queueName(name, route, '-retry');
}

/** Where records of a route end that no retry brought to their target. */
export function deadLetterQueueName(name: string, route: string): string {
  return queueName(name, route, '-dead-letters');
}

/** Bucket names are global, so this one names its account and region. */
export function failureBucketName(name: string, forwarder: string, source: Source): string {
  const { bucketNameLength } = limits.s3;
  const place = `-${source.account}-${source.region}`;
  return bounded(`${name}-failures-${forwarder}`, bucketNameLength - place.length) + place;
}

/** Matches the failure bucket of every forwarder that a file of this name may have, also where its name is cut. */
export function failureBucketPattern(name: string, source: Source): string {
  const place = `-${source.account}-${source.region}`;
  // A name that is cut ends in a hyphen and ten digits of a hash.
  const kept = limits.s3.bucketNameLength - place.length - 11;
  return `${`${name}-failures-`.slice(0, kept)}*${place}`;
}

/** A managed policy for CloudFormation's own role in an account; `part` names it among those of the file. */
export function bootstrapPolicyName(name: string, part: string): string {
  return `${name}-cloudformation-${part}`;
}

/** How the keys of objects begin that hold records which wait to be sent again. The forwarder may read and delete them. */
export const WAITING_PREFIX = 'waiting/';

/** At the most 169 of the 255 characters that CloudWatch allows; `watched` says what the alarm looks at. */
export function routeAlarmName(name: string, route: string, watched: string): string {
  return `${name}-route-${route}-${watched}`;
}

export function forwarderAlarmName(name: string, forwarder: string, watched: string): string {
  return `${name}-forwarder-${forwarder}-${watched}`;
}

/** A dashboard stands in no region, so its name says the one of its source. */
export function dashboardName(name: string, forwarder: string, { region }: Pick<Source, 'region'>): string {
  return `${name}-forwarder-${forwarder}-${region}`;
}

/** All parameters of one forwarder start with this. */
export function parameterPrefix(name: string, forwarder: string): string {
  return `/${name}/${forwarder}`;
}

/** The parameter that holds a route: found from a record's `eventSourceARN` alone. */
export function parameterName(prefix: string, stream: Pick<Stream, 'service' | 'name'>): string {
  return `${prefix}/${stream.service}/${stream.name}`;
}

/** The parameter of a part of a route that needs several; part 0 is the route's own. */
export function parameterPartName(parameter: string, part: number): string {
  return part === 0 ? parameter : `${parameter}/${part}`;
}

/** The name that a route's mapping reads under, where it is a registered consumer of its stream. */
export function consumerName(name: string, route: string): string {
  return bounded(`${name}-${route}`, limits.kinesis.consumerNameLength);
}

export function forwarderStackName(name: string, forwarder: string): string {
  return stackName(`${name}-forwarder-${forwarder}`);
}

export function routeStackName(name: string, route: string): string {
  return stackName(`${name}-route-${route}`);
}

/**
 * The stack of a forwarder's roles in an account. One for each forwarder, since a forwarder's policy has no room for as
 * many roles as a stack: whatever is added, no role ever has to move.
 */
export function targetStackName(name: string, account: string, forwarder: string): string {
  const suffix = forwarder === DEFAULT_FORWARDER ? '' : `-${forwarder}`;
  return stackName(`${name}-target-${account}${suffix}`);
}

/** Where the stacks of a target account are. */
export function stackRegion(
  { source, accountRegions }: Pick<Routes, 'source' | 'accountRegions'>,
  account: string,
): string {
  return accountRegions[account] ?? source.region;
}

/** The session name that CloudTrail of the target account shows for a route. */
export function roleSessionName(route: string): string {
  return bounded(route.length < 2 ? `route-${route}` : route, limits.sts.roleSessionNameLength);
}

/** @param path `/`, or one between slashes */
export function roleArn(
  { partition }: Pick<Source, 'partition'>,
  account: string,
  roleName: string,
  path = '/',
): string {
  return `arn:${partition}:iam::${account}:role${path}${roleName}`;
}

/** The role that is made for a route in an account. */
export function routeRoleArn(
  { name, source, rolePath }: Pick<Routes, 'name' | 'source' | 'rolePath'>,
  account: string,
  route: Pick<Route, 'name' | 'forwarder'>,
): string {
  return roleArn(source, account, routeRoleName(name, route.name, route.forwarder), rolePath);
}

/** Matches what `routeRoleArn` gives for any route. */
export function routeRolePattern(
  { name, source, rolePath }: Pick<Routes, 'name' | 'source' | 'rolePath'>,
  account: string,
): string {
  return roleArn(source, account, `${name}-route-*`, rolePath);
}

/** The permissions boundary of the roles of an account; undefined where the file names none. */
export function permissionsBoundaryArn(
  { partition, permissionsBoundary: boundary }: Pick<Source, 'partition' | 'permissionsBoundary'>,
  account: string,
): string | undefined {
  return boundary === undefined || boundary.startsWith('arn:')
    ? boundary
    : `arn:${partition}:iam::${account}:policy/${boundary}`;
}

export function accountRootArn({ partition, account }: Source): string {
  return `arn:${partition}:iam::${account}:root`;
}

/** `qualified` is the function's name, with `:alias` or `:version` where one is meant. */
export function functionArn(partition: string, region: string, account: string, qualified: string): string {
  return `arn:${partition}:lambda:${region}:${account}:function:${qualified}`;
}

export function streamArn({ partition, region, account }: Source, streamName: string): string {
  return `arn:${partition}:kinesis:${region}:${account}:stream/${streamName}`;
}

/** The stream that an ARN names, a consumer's ARN included; undefined for the ARN of anything else. */
export function streamFromArn(arn: string): Stream | undefined {
  const kinesis = /^(arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/([^/]+))(\/consumer\/.+)?$/.exec(arn);
  if (kinesis !== null) return { service: 'kinesis', name: kinesis[2] ?? '', arn: kinesis[1] ?? '' };
  const table = /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/([^/]+)\/stream\/[^/]+$/.exec(arn)?.[1];
  return table === undefined ? undefined : { service: 'dynamodb', name: table, arn };
}

/** `key` is the id of a KMS key of the source account, or the ARN of any. */
export function kmsKeyArn({ partition, region, account }: Source, key: string): string {
  return key.startsWith('arn:') ? key : `arn:${partition}:kms:${region}:${account}:key/${key}`;
}

export function parameterArn({ partition, region, account }: Source, parameter: string): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter${parameter}`;
}

export function queueArn({ partition, region, account }: Source, queue: string): string {
  return `arn:${partition}:sqs:${region}:${account}:${queue}`;
}

/** https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
export function queueUrl({ partition, region, account }: Source, queue: string): string {
  return `https://sqs.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}/${account}/${queue}`;
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** Queue names take only letters, digits, hyphens and underscores; a name that had to change carries a hash. */
function queueName(name: string, route: string, suffix: string): string {
  const whole = `${name}-route-${route}`;
  const plain = whole.replace(/[^\w-]/g, '-');
  const unique = plain === whole ? whole : `${plain}-${hash(whole)}`;
  return bounded(unique, limits.sqs.queueNameLength - suffix.length) + suffix;
}

/** Stack names take only letters, digits and hyphens; a name that had to change carries a hash of the original. */
function stackName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9-]/g, '-');
  const unique = plain === name ? name : `${plain}-${hash(name)}`;
  return bounded(unique, limits.cloudFormation.stackNameLength);
}

/** Shortens a name that is too long to a prefix and a hash of the whole: stable, whatever other names exist. */
function bounded(name: string, length: number): string {
  if (name.length <= length) return name;
  const suffix = `-${hash(name)}`;
  return name.slice(0, length - suffix.length) + suffix;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
