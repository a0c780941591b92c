import {
  accountRootArn,
  namesOf,
  permissionsBoundaryArn,
  type Routes,
  type Source,
  tagKeys,
} from '@xacct/core';
import { NO_PERMISSIONS, type RolePermission, unitePermissions } from '@xacct/core/rollout';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RouteRole } from './route-roles.ts';

/** What a forwarder needs in one target account. */
export interface TargetRolesProps {
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

/** Makes, for each route of a forwarder to an account, one role there that the forwarder may assume. */
export function createTargetRoles(
  scope: Construct,
  { routes, account, forwarder, roles, also = [] }: TargetRolesProps,
): CfnRole[] {
  const { name, source, rolePath, tags } = routes;
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
  return withUsed(asked, also).map((role) => createRole(scope, common, role));
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
  scope: Construct,
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
): CfnRole {
  // A construct of the route's name, which keeps the logical ID as it is, whatever other routes there are.
  return new CfnRole(new Construct(scope, route), 'Role', {
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
