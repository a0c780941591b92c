import type { Source } from '../model/routes.ts';

/**
 * Names in the CDK's bootstrap stack, which prepares an account and region for deployments.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */

/** In all of these names where no other was asked for when the account was bootstrapped. */
export const DEFAULT_QUALIFIER = 'hnb659fds';

/** An account and region that is bootstrapped. */
export interface Environment {
  account: string;
  region: string;
}

/** `lookup` reads, `deploy` deploys. */
export function cdkRoleArn(
  source: Pick<Source, 'partition' | 'qualifier'>,
  role: 'lookup' | 'deploy',
  { account, region }: Environment,
): string {
  return `arn:${source.partition}:iam::${account}:role/cdk-${qualifierOf(source)}-${role}-role-${account}-${region}`;
}

/** The parameter that holds the version of the bootstrap stack: every template asks for it. */
export function cdkVersionParameter(source: Pick<Source, 'qualifier'>): string {
  return `/cdk-bootstrap/${qualifierOf(source)}/version`;
}

/** Where templates, and the code of functions, are put. */
export function cdkAssetsBucket(source: Pick<Source, 'qualifier'>, { account, region }: Environment): string {
  return `cdk-${qualifierOf(source)}-assets-${account}-${region}`;
}

function qualifierOf({ qualifier = DEFAULT_QUALIFIER }: Pick<Source, 'qualifier'>): string {
  return qualifier;
}
