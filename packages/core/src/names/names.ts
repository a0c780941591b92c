import * as limits from '../limits/aws-limits.ts';
import type { Named, Route, Routes } from '../model/routes.ts';
import { bounded, replaced } from './bounded.ts';
import { roleArn } from './resource-arns.ts';

/** The schema's default: what belongs to it does not say so in its name, since most have no other. */
const DEFAULT_FORWARDER = 'default';

/** The names of everything that a routes file deploys. Both sides of a route are linked by names, so that no stack imports from another. */
export interface Names {
  /** Names of what a forwarder has, by the name of the forwarder. */
  forwarder(forwarder: string): ForwarderNames;
  /** Names of what a route has, by the name of the route. */
  route(route: string): RouteNames;
  /**
   * The role in each target account that a forwarder assumes for one route. A route that moves to another forwarder gets a
   * new one, which can be made in that forwarder's stack before the old one is deleted; no route's name has an `@`.
   */
  generatedRole(route: Pick<Route, 'name' | 'forwarder'>): string;
  /**
   * The stack of a forwarder's roles in an account. One for each forwarder, since a forwarder's policy has no room for as
   * many roles as a stack: whatever is added, no role ever has to move.
   */
  targetStack(target: { account: string; forwarder: string }): string;
  /** A managed policy for CloudFormation's own role in an account; `part` names it among those of the file. */
  bootstrapPolicy(part: string): string;
  /** Matches the failure bucket of every forwarder that a file of this name may have, also where its name is cut. */
  readonly failureBucketPattern: string;
}

/** The names of what one forwarder has in the source account. */
export interface ForwarderNames {
  /** The CloudFormation stack. */
  readonly stack: string;
  /** The Lambda function. */
  readonly function: string;
  /** The same as the function's. */
  readonly executionRole: string;
  /** Queue policies allow this role, and target roles trust it. */
  readonly executionRoleArn: string;
  /** What the execution role may do beyond its inline policy. `number` is 1 to 10. */
  executionPolicy(number: number): string;
  /** The log group of the function. */
  readonly logGroup: string;
  /** Bucket names are global, so this one names its account and region. */
  readonly failureBucket: string;
  /** A dashboard is in no region, so its name says the one of its source. */
  readonly dashboard: string;
  /** All of its parameters start with this. */
  readonly parameterPrefix: string;
  /** `watched` says what the alarm looks at. */
  alarm(watched: string): string;
}

/** The names of what one route has in the source account. */
export interface RouteNames {
  /** The CloudFormation stack. */
  readonly stack: string;
  /** Where failed records of the route wait to be sent again. */
  readonly retryQueue: string;
  /** Where records of the route end that no retry brought to their target. */
  readonly deadLetterQueue: string;
  /** The name that the route's mapping reads under, where it is a registered consumer of its stream. */
  readonly consumer: string;
  /** At the most 169 of the 255 characters that CloudWatch allows; `watched` says what the alarm looks at. */
  alarm(watched: string): string;
}

/**
 * The names of what a routes file deploys.
 *
 * @example namesOf(routes).route('orders').retryQueue // 'xacct-route-orders-retry'
 */
export function namesOf({ name, source }: Named): Names {
  return {
    forwarder: (forwarder) => forwarderNames({ name, source }, forwarder),
    route: (route) => routeNames(name, route),
    generatedRole: (route) => {
      const suffix = route.forwarder === DEFAULT_FORWARDER ? '' : `@${route.forwarder}`;
      return bounded(`${name}-route-${route.name}${suffix}`, limits.iam.roleNameLength);
    },
    targetStack: ({ account, forwarder }) => {
      const suffix = forwarder === DEFAULT_FORWARDER ? '' : `-${forwarder}`;
      return stackName(`${name}-target-${account}${suffix}`);
    },
    bootstrapPolicy: (part) => `${name}-cloudformation-${part}`,
    get failureBucketPattern() {
      const end = endOfBucket(source);
      // A name that is cut ends in a hyphen and ten digits of a hash.
      return `${`${name}-failures-`.slice(0, limits.s3.bucketNameLength - end.length - 11)}*${end}`;
    },
  };
}

/** Each is made when it is asked for: some take a hash. */
function forwarderNames({ name, source }: Named, forwarder: string): ForwarderNames {
  const full = `${name}-forwarder-${forwarder}`;
  return {
    get stack() {
      return stackName(full);
    },
    get function() {
      return bounded(full, limits.lambda.functionNameLength);
    },
    get executionRole() {
      return bounded(full, limits.iam.roleNameLength);
    },
    get executionRoleArn() {
      return roleArn(source, source.account, this.executionRole);
    },
    executionPolicy: (number) => `${bounded(full, limits.iam.roleNameLength)}-${number}`,
    get logGroup() {
      return `/aws/lambda/${this.function}`;
    },
    get failureBucket() {
      const end = endOfBucket(source);
      return bounded(`${name}-failures-${forwarder}`, limits.s3.bucketNameLength - end.length) + end;
    },
    dashboard: `${full}-${source.region}`,
    parameterPrefix: `/${name}/${forwarder}`,
    alarm: (watched) => `${full}-${watched}`,
  };
}

function routeNames(name: string, route: string): RouteNames {
  const full = `${name}-route-${route}`;
  return {
    get stack() {
      return stackName(full);
    },
    get retryQueue() {
      return queueName(full, '-retry');
    },
    get deadLetterQueue() {
      return queueName(full, '-dead-letters');
    },
    get consumer() {
      return bounded(`${name}-${route}`, limits.kinesis.consumerNameLength);
    },
    alarm: (watched) => `${full}-${watched}`,
  };
}

function endOfBucket({ account, region }: Routes['source']): string {
  return `-${account}-${region}`;
}

/** The region in which the stacks of a target account are. */
export function stackRegion(
  { source, accountRegions }: Pick<Routes, 'source' | 'accountRegions'>,
  account: string,
): string {
  return accountRegions[account] ?? source.region;
}

/** Queue names take only letters, digits, hyphens and underscores. */
function queueName(name: string, suffix: string): string {
  return bounded(replaced(name, /[^\w-]/g), limits.sqs.queueNameLength - suffix.length) + suffix;
}

/** Stack names take only letters, digits and hyphens. */
function stackName(name: string): string {
  return bounded(replaced(name, /[^A-Za-z0-9-]/g), limits.cloudFormation.stackNameLength);
}
