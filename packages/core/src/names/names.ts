import * as limits from '../limits/aws-limits.ts';
import type { Named, Route, Routes } from '../model/routes.ts';
import { bounded, replaced } from './bounded.ts';
import { roleArn } from './resource-arns.ts';

/** The schema's default. What belongs to it does not have it in its name, since most files have no other. */
const DEFAULT_FORWARDER = 'default';

/**
 * The names of everything that a routes file deploys. Both sides of a route are linked by names, so that no stack imports from
 * another.
 *
 * @example namesOf(routes).route('orders').retryQueue // 'xacct-route-orders-retry'
 */
export function namesOf({ name, source }: Named) {
  return {
    /** Names of what a forwarder has, by the name of the forwarder. */
    forwarder: (forwarder: string) => forwarderNames({ name, source }, forwarder),
    /** Names of what a route has, by the name of the route. */
    route: (route: string) => routeNames(name, route),
    /**
     * The role in each target account that a forwarder assumes for one route. A route that moves to another forwarder gets a
     * new one, which can be made in that forwarder's stack before the old one is deleted; no route's name has an `@`.
     */
    generatedRole(route: Pick<Route, 'name' | 'forwarder'>): string {
      const suffix = route.forwarder === DEFAULT_FORWARDER ? '' : `@${route.forwarder}`;
      return bounded(`${name}-route-${route.name}${suffix}`, limits.iam.roleNameLength);
    },
    /**
     * The stack of a forwarder's roles in an account. One for each forwarder, since a forwarder's policy has no room for as
     * many roles as a stack: whatever is added, no role ever has to move.
     */
    targetStack({ account, forwarder }: { account: string; forwarder: string }): string {
      const suffix = forwarder === DEFAULT_FORWARDER ? '' : `-${forwarder}`;
      return stackName(`${name}-target-${account}${suffix}`);
    },
    /** A managed policy for CloudFormation's own role in an account; `part` names it among those of the file. */
    bootstrapPolicy: (part: string) => `${name}-cloudformation-${part}`,
    /** Matches the failure bucket of every forwarder that a file of this name may have, also where its name is cut. */
    get failureBucketPattern(): string {
      const end = endOfBucket(source);
      // A name that is cut ends in a hyphen and ten digits of a hash.
      return `${`${name}-failures-`.slice(0, limits.s3.bucketNameLength - end.length - 11)}*${end}`;
    },
  };
}

/** The names of what one forwarder has in the source account. Each is made when it is asked for: some take a hash. */
function forwarderNames({ name, source }: Named, forwarder: string) {
  const full = `${name}-forwarder-${forwarder}`;
  return {
    /** The CloudFormation stack. */
    get stack(): string {
      return stackName(full);
    },
    /** The Lambda function. */
    get function(): string {
      return bounded(full, limits.lambda.functionNameLength);
    },
    /** The same as the function's. */
    get executionRole(): string {
      return bounded(full, limits.iam.roleNameLength);
    },
    /** Queue policies allow this role, and target roles trust it. */
    get executionRoleArn(): string {
      return roleArn(source, source.account, this.executionRole);
    },
    /** What the execution role may do beyond its inline policy. `number` is 1 to 10. */
    executionPolicy: (number: number) => `${bounded(full, limits.iam.roleNameLength)}-${number}`,
    /** The log group of the function. */
    get logGroup(): string {
      return `/aws/lambda/${this.function}`;
    },
    /** Bucket names are global, so this one names its account and region. */
    get failureBucket(): string {
      const end = endOfBucket(source);
      return bounded(`${name}-failures-${forwarder}`, limits.s3.bucketNameLength - end.length) + end;
    },
    /** A dashboard is in no region, so its name has that of its source. */
    dashboard: `${full}-${source.region}`,
    /** All of its parameters start with this. */
    parameterPrefix: `/${name}/${forwarder}`,
    /** `watched` names what the alarm looks at. */
    alarm: (watched: string) => `${full}-${watched}`,
  };
}

/** The names of what one route has in the source account. */
function routeNames(name: string, route: string) {
  const full = `${name}-route-${route}`;
  return {
    /** The CloudFormation stack. */
    get stack(): string {
      return stackName(full);
    },
    /** Where failed records of the route wait to be sent again. */
    get retryQueue(): string {
      return queueName(full, '-retry');
    },
    /** Where records of the route end that no retry brought to their target. */
    get deadLetterQueue(): string {
      return queueName(full, '-dead-letters');
    },
    /** The name that the route's mapping reads under, where it is a registered consumer of its stream. */
    get consumer(): string {
      return bounded(`${name}-${route}`, limits.kinesis.consumerNameLength);
    },
    /** At the most 169 of the 255 characters that CloudWatch allows; `watched` names what the alarm looks at. */
    alarm: (watched: string) => `${full}-${watched}`,
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
