import { accountRootArn, partitionOf, roleArn } from '@xacct/core';
import { parseIdentityPolicy, parseTrustPolicy } from '../iam/policy-forms.ts';
import type { Principal } from '../iam/principal.ts';
import type { DeployedRole } from './deployed.ts';

/** What every account has before the first deployment. */

const ALLOW_ALL = parseIdentityPolicy(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'AdministratorAccess',
);

/** May do everything in its own account: for people and producers. */
export function administrator(account: string, region: string): Principal {
  const arn = `arn:${partitionOf(region)}:iam::${account}:user/administrator`;
  return { kind: 'user', account, arn, principalArn: arn, policies: [ALLOW_ALL] };
}

/**
 * The role by which AWS Organizations lets the management account into a member account;
 * here the source account is the management account.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
 */
export function organizationRole(account: string, sourceAccount: string, region: string): DeployedRole {
  const partition = partitionOf(region);
  const name = 'OrganizationAccountAccessRole';
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: accountRootArn({ partition, account: sourceAccount, region }) },
    },
  };
  return {
    arn: roleArn({ partition }, account, name),
    name,
    account,
    trust: parseTrustPolicy(trust, name),
    policies: [ALLOW_ALL],
    maxSessionSeconds: 3600,
  };
}
