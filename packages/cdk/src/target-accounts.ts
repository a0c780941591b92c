import { type Route, type Routes, stackRegion } from '@xacct/core';
import { routeRoles } from '@xacct/infra/resources';

/** The accounts in which roles are made for a route, by ID. */
export function targetAccountsOf(route: Route): string[] {
  return routeRoles(route)
    .map(({ account }) => account)
    .toSorted();
}

/** The accounts in which a forwarder has roles to assume, and the regions of their stacks. */
export function roleAccounts(routes: Routes): { account: string; region: string }[] {
  const accounts = new Set(routes.routes.flatMap(targetAccountsOf));
  return Array.from(accounts, (account) => ({ account, region: stackRegion(routes, account) }));
}
