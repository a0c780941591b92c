import {
  accountRootArn,
  executionRoleName,
  permissionsBoundaryArn,
  type Routes,
  roleArn,
  stackRegion,
  targetStackName,
} from '@xacct/core';
import { Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RouteRole } from './route-roles.ts';
import { TAG_KEYS, tagsOf } from './tags.ts';

export interface TargetStackProps {
  routes: Pick<Routes, 'name' | 'source' | 'rolePath' | 'tags' | 'accountRegions'>;
  account: string;
  /** Name of the forwarder that assumes the roles. */
  forwarder: string;
  /** Of this account and forwarder. */
  roles: readonly RouteRole[];
}

/** In a target account: for each route of a forwarder to it, one role that the forwarder may assume. */
export class TargetStack extends Stack {
  constructor(scope: Construct, { routes, account, forwarder, roles }: TargetStackProps) {
    const { name, source, rolePath, tags } = routes;
    const stackName = targetStackName(name, account, forwarder);
    super(scope, stackName, {
      stackName,
      env: { account, region: stackRegion(routes, account) },
      description: `${name}: what forwarder "${forwarder}" of account ${source.account} may invoke here`,
      tags: tagsOf({ name, forwarder }, tags),
    });
    const forwarderRole = roleArn(source, source.account, executionRoleName(name, forwarder));
    const boundary = permissionsBoundaryArn(source, account);
    for (const role of roles)
      createRole(this, { name, source, rolePath, tags, forwarderRole, boundary }, role);
  }
}

/** Trusts one role of the source account, with an external id, to invoke the functions of one route. */
function createRole(
  stack: Stack,
  {
    name,
    source,
    rolePath,
    tags,
    forwarderRole,
    boundary,
  }: Pick<Routes, 'name' | 'source' | 'rolePath' | 'tags'> & {
    forwarderRole: string;
    boundary: string | undefined;
  },
  { route, roleName, targets }: RouteRole,
): void {
  const externalIds = [...new Set(targets.map((target) => target.externalId))];
  // A construct of the route's name, which keeps the logical id as it is, whatever other routes there are.
  new CfnRole(new Construct(stack, route.name), 'Role', {
    roleName,
    description: `${name}: lets ${source.account} invoke the targets of route "${route.name}"`,
    maxSessionDuration: 3600,
    ...(rolePath !== '/' && { path: rolePath }),
    ...(boundary !== undefined && { permissionsBoundary: boundary }),
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TrustForwarder',
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          // The account's root with a condition on the role: unlike the role's own ARN as principal,
          // it can be deployed before the role exists and outlives its re-creation.
          Principal: { AWS: accountRootArn(source) },
          Condition: {
            ArnEquals: { 'aws:PrincipalArn': forwarderRole },
            StringEquals: {
              'sts:ExternalId': externalIds.length === 1 ? externalIds[0] : externalIds,
              ...(source.organizationId !== undefined && { 'aws:PrincipalOrgID': source.organizationId }),
            },
          },
        },
      ],
    },
    policies: [
      {
        policyName: 'invoke',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'InvokeRoutedFunctions',
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: targets.map((target) => target.functionArn),
            },
          ],
        },
      },
    ],
    // Those of the file also here, so that an exported role has them without a stack of ours.
    tags: Object.entries({ ...tags, [TAG_KEYS.route]: route.name }).map(([key, value]) => ({ key, value })),
  });
}
