import {
  accountRootArn,
  namesOf,
  permissionsBoundaryArn,
  type Routes,
  type Source,
  stackRegion,
  tagKeys,
} from '@xacct/core';
import { NO_PERMISSIONS, type RolePermission, unitePermissions } from '@xacct/core/rollout';
import { Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RouteRole } from './route-roles.ts';
import { tagsOf } from './tags.ts';

/** What a forwarder needs in one target account. */
export interface TargetStackProps {
  /** The file. */
  routes: Pick<Routes, 'name' | 'source' | 'rolePath' | 'tags' | 'accountRegions'>;
  /** ID of the target account. */
  account: string;
  /** Name of the forwarder that assumes the roles. */
  forwarder: string;
  /** The roles of this account and forwarder, as `routeRoles` returns them. */
  roles: readonly RouteRole[];
  /**
   * What its roles allow besides, for routes that are still in use.
   *
   * @default nothing
   */
  also?: readonly RolePermission[];
}

/** In a target account: for each route of a forwarder to it, one role that the forwarder may assume. */
export class TargetStack extends Stack {
  constructor(scope: Construct, { routes, account, forwarder, roles, also = [] }: TargetStackProps) {
    const { name, source, rolePath, tags } = routes;
    const stackName = namesOf(routes).targetStack({ account, forwarder });
    super(scope, stackName, {
      stackName,
      env: { account, region: stackRegion(routes, account) },
      description: `${name}: what forwarder "${forwarder}" of account ${source.account} may invoke here`,
      tags: tagsOf({ name, forwarder }, tags),
    });
    const forwarderRole = namesOf(routes).forwarder(forwarder).executionRoleArn;
    const asked = roles.map(({ route, targets }) => ({
      account,
      forwarder,
      route: route.name,
      functionArns: targets.map(({ functionArn }) => functionArn),
      externalIds: [...new Set(targets.map(({ externalId }) => externalId))],
    }));
    const boundary = permissionsBoundaryArn(source, account);
    const common = { name, source, rolePath, tags, forwarderRole, boundary };
    for (const role of withUsed(asked, also)) createRole(this, common, role);
  }
}

/** A role that allows nothing besides is as it is asked for, in its order too. */
function withUsed(asked: readonly RolePermission[], also: readonly RolePermission[]): RolePermission[] {
  const others = also.filter(({ route }) => asked.every((role) => role.route !== route));
  return [
    ...asked.flatMap((role) => {
      const used = also.filter(({ route }) => route === role.route);
      return used.length === 0
        ? [role]
        : unitePermissions({ ...NO_PERMISSIONS, roles: [role, ...used] }).roles;
    }),
    ...others,
  ];
}

/** Trusts one role of the source account, with an external ID, to invoke the functions of one route. */
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
  { route, forwarder, functionArns, externalIds }: RolePermission,
): void {
  // A construct of the route's name, which keeps the logical ID as it is, whatever other routes there are.
  new CfnRole(new Construct(stack, route), 'Role', {
    roleName: namesOf({ name, source }).generatedRole({ name: route, forwarder }),
    description: `${name}: lets ${source.account} invoke the targets of route "${route}"`,
    maxSessionDuration: 3600,
    ...(rolePath !== '/' && { path: rolePath }),
    ...(boundary !== undefined && { permissionsBoundary: boundary }),
    assumeRolePolicyDocument: trustPolicy(source, forwarderRole, externalIds),
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
              Resource: functionArns,
            },
          ],
        },
      },
    ],
    // Those of the file also here, so that an exported role has them without a stack of ours.
    tags: Object.entries({ ...tags, [tagKeys.route]: route }).map(([key, value]) => ({ key, value })),
  });
}

/** Trusts one role of the source account, with an external ID. */
function trustPolicy(source: Source, forwarderRole: string, externalIds: readonly string[]) {
  return {
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
  };
}
