import { namesOf, type Route, type Routes } from '@xacct/core';
import type { RoleProperties, TargetTemplate } from '@xacct/infra';

/** A role as an export shows it. */
export interface ExportedRole {
  logicalId: string;
  properties: RoleProperties;
  /** What a reader should know, one line each. */
  comments: RoleComments;
}

export interface RoleComments {
  /** What it is for. */
  role: string[];
  /** Who may assume it. */
  trust: string[];
  /** What it may do. */
  permissions: string[];
}

/** The roles of one account, with what their owner should know. */
export function exportedRoles(routes: Routes, { roles }: TargetTemplate): ExportedRole[] {
  return Array.from(roles, ([logicalId, properties]) => {
    const route = routes.routes.find((other) => namesOf(routes).generatedRole(other) === properties.RoleName);
    if (route === undefined) throw new Error(`Role ${properties.RoleName} is of no route`);
    return { logicalId, properties: inReadingOrder(properties), comments: describe(routes, route) };
  });
}

/** The name first, then who, then what. */
function inReadingOrder({
  RoleName,
  Path,
  Description,
  MaxSessionDuration,
  ...rest
}: RoleProperties): RoleProperties {
  const policies = rest.Policies.map(({ PolicyName, PolicyDocument }) => ({ PolicyName, PolicyDocument }));
  return {
    RoleName,
    ...(Path !== undefined && { Path }),
    Description,
    MaxSessionDuration,
    ...rest,
    Policies: policies,
  };
}

function describe({ source }: Routes, { name, forwarder, stream }: Route): RoleComments {
  return {
    role: [`Route "${name}": account ${source.account} sends here the records of`, `${stream.arn}.`],
    trust: [
      `Who: the role of forwarder "${forwarder}" in account ${source.account}, with the external id, and nobody else. The`,
      'principal is the account, as its role need not exist yet; the condition leaves that one role of it.',
    ],
    permissions: ['What: to invoke these functions, and nothing else.'],
  };
}
