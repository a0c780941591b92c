import type { Source } from '../routes.ts';

/**
 * Names in the CDK's bootstrap stack, which prepares an account and region for deployments.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */

/** In all of these names where no other was asked for when the account was bootstrapped. */
export const DEFAULT_QUALIFIER = 'hnb659fds';

/** `lookup` reads, `deploy` deploys. */
export function cdkRoleArn(
  { partition }: Pick<Source, 'partition'>,
  role: 'lookup' | 'deploy',
  { account, region }: { account: string; region: string },
): string {
  return `arn:${partition}:iam::${account}:role/cdk-${DEFAULT_QUALIFIER}-${role}-role-${account}-${region}`;
}

/** The parameter that holds the version of the bootstrap stack: every template asks for it. */
export function cdkVersionParameter(): string {
  return `/cdk-bootstrap/${DEFAULT_QUALIFIER}/version`;
}

/** Where templates, and the code of functions, are put. */
export function cdkAssetsBucket({ account, region }: { account: string; region: string }): string {
  return `cdk-${DEFAULT_QUALIFIER}-assets-${account}-${region}`;
}
