import { type Route, type Routes, routeRoleArn, routeRoleName, type Target } from '@xacct/core';

/** A role to make in a target account: what one route's forwarder assumes there. */
export interface RouteRole {
  account: string;
  route: Route;
  roleName: string;
  /** Those that the role may invoke, one at least. */
  targets: Target[];
}

/** The roles that a route needs, one in each account. An existing role is its owner's: none is made for it. */
export function routeRoles(routes: Pick<Routes, 'name' | 'source' | 'rolePath'>, route: Route): RouteRole[] {
  const roleName = routeRoleName(routes.name, route.name, route.forwarder);
  return [...Map.groupBy(route.targets, ({ account }) => account)]
    .map(([account, targets]) => {
      const made = routeRoleArn(routes, account, route);
      return { account, route, roleName, targets: targets.filter((target) => target.roleArn === made) };
    })
    .filter(({ targets }) => targets.length > 0);
}
