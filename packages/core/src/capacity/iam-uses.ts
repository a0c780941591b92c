import { fullestPolicy } from '../execution/execution-policies.ts';
import { grantsOfForwarder } from '../execution/grants.ts';
import * as limits from '../limits/aws-limits.ts';
import { accountsWithRole } from '../model/accounts-with-role.ts';
import type { Route, Routes } from '../model/routes.ts';
import { namesOf } from '../names/names.ts';
import type { Use } from './limited.ts';

/** What the policies of roles hold, and how many roles an account gets. */
export function iamUses(routes: Routes): Use[] {
  return [...executionRoles(routes), ...routes.routes.flatMap(routeRoleUses), ...rolesOfAccounts(routes)];
}

/** For each role, the fullest policy after its ARNs are spread over several policies: it is full first. */
function executionRoles(routes: Routes): Use[] {
  return routes.forwarders.map((forwarder) => {
    const { characters, allowed } = fullestPolicy(grantsOfForwarder(routes, forwarder), routes.source);
    const where = `role ${namesOf(routes).forwarder(forwarder.name).executionRole}`;
    return { limit: 'execution-role-policies', where, used: characters, allowed };
  });
}

/** What the policies of a route's roles hold: each names the functions that it may invoke. */
export function routeRoleUses({ targets }: Route): Use[] {
  return Array.from(
    Map.groupBy(targets, ({ roleArn }) => roleArn),
    ([roleArn, invoked]): Use => ({
      limit: 'route-role-policy',
      where: roleArn,
      used: policyCharacters(invoked.map(({ functionArn }) => functionArn)),
      allowed: limits.iam.inlinePolicyCharacters,
    }),
  );
}

/** Characters that ARNs take in a policy: each in quotes and with a comma, and a tenth for all else. */
function policyCharacters(arns: readonly string[]): number {
  const characters = arns.reduce((sum, arn) => sum + arn.length + 3, 0);
  return Math.ceil(characters * 1.1);
}

function rolesOfAccounts(routes: Routes): Use[] {
  const roles = new Map([[routes.source.account, routes.forwarders.length]]);
  for (const route of routes.routes) {
    for (const account of accountsWithRole(route)) roles.set(account, (roles.get(account) ?? 0) + 1);
  }
  return Array.from(roles, ([account, used]) => {
    return { limit: 'roles', where: `account ${account}`, used, allowed: limits.iam.rolesPerAccount };
  });
}
