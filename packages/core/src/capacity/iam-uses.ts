import { limits } from '../limits.ts';
import { executionRoleName } from '../names.ts';
import type { Routes } from '../routes.ts';
import { accountsWithRole, executionArns, policyCharacters } from './footprint.ts';
import type { Use } from './limited.ts';

/** What the policies of roles hold, and how many roles an account gets. */
export function iamUses(routes: Routes): Use[] {
  return [...executionRoles(routes), ...routeRoles(routes), ...rolesOfAccounts(routes)];
}

function executionRoles(routes: Routes): Use[] {
  const { inlinePolicyCharacters, managedPolicyCharacters, managedPoliciesPerRole } = limits.iam;
  return routes.forwarders.map(({ name }) => {
    const routed = routes.routes.filter(({ forwarder }) => forwarder === name);
    const arns = new Set(routed.flatMap((route) => executionArns(routes, route)));
    return {
      limit: 'execution-role-policies',
      where: `role ${executionRoleName(routes.name, name)}`,
      used: policyCharacters([...arns]),
      allowed: inlinePolicyCharacters + managedPoliciesPerRole * managedPolicyCharacters,
    };
  });
}

function routeRoles({ routes }: Routes): Use[] {
  return routes.flatMap(({ targets }) => {
    const byRole = Map.groupBy(targets, (target) => target.roleArn);
    return Array.from(byRole, ([roleArn, invoked]): Use => {
      return {
        limit: 'route-role-policy',
        where: roleArn,
        used: policyCharacters(invoked.map(({ functionArn }) => functionArn)),
        allowed: limits.iam.inlinePolicyCharacters,
      };
    });
  });
}

function rolesOfAccounts(routes: Routes): Use[] {
  const roles = new Map([[routes.source.account, routes.forwarders.length]]);
  for (const route of routes.routes) {
    for (const account of accountsWithRole(routes, route)) roles.set(account, (roles.get(account) ?? 0) + 1);
  }
  return Array.from(roles, ([account, used]) => {
    return { limit: 'roles', where: `account ${account}`, used, allowed: limits.iam.rolesPerAccount };
  });
}
