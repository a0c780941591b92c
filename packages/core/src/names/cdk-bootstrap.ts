import type { Source } from '../model/routes.ts';
import type { Place } from './arn.ts';
import { roleArn } from './resource-arns.ts';

/**
 * Names in the CDK's bootstrap stack, which prepares an account and region for deployments.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */

/** The qualifier in all of these names, unless the account was bootstrapped with another one. */
export const DEFAULT_QUALIFIER = 'hnb659fds';

type Environment = Pick<Place, 'account' | 'region'>;

/** `lookup` reads, `deploy` deploys. */
export function cdkRoleArn(
  { partition, qualifier = DEFAULT_QUALIFIER }: Pick<Source, 'partition' | 'qualifier'>,
  role: 'lookup' | 'deploy',
  { account, region }: Environment,
): string {
  return roleArn({ partition }, account, `cdk-${qualifier}-${role}-role-${account}-${region}`);
}

/** The parameter that holds the version of the bootstrap stack: every template asks for it. */
export function cdkVersionParameter({ qualifier = DEFAULT_QUALIFIER }: Pick<Source, 'qualifier'>): string {
  return `/cdk-bootstrap/${qualifier}/version`;
}

/** Where templates, and the code of functions, are put. */
export function cdkAssetsBucket(
  { qualifier = DEFAULT_QUALIFIER }: Pick<Source, 'qualifier'>,
  { account, region }: Environment,
): string {
  return `cdk-${qualifier}-assets-${account}-${region}`;
}
