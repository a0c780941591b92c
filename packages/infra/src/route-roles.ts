import { type Route, type Routes, roleArn, routeRoleName, type Target } from '@xacct/core';

/** A role to make in a target account: what one route's forwarder assumes there. */
export interface RouteRole {
  account: string;
  route: Route;
  roleName: string;
  /** Those that the role may invoke, one at least. */
  targets: Target[];
}

/** The roles that a route needs, one in each account. An existing role is its owner's: none is made for it. */
export function routeRoles({ name, source }: Pick<Routes, 'name' | 'source'>, route: Route): RouteRole[] {
  const roleName = routeRoleName(name, route.name, route.forwarder);
  return [...Map.groupBy(route.targets, ({ account }) => account)]
    .map(([account, targets]) => {
      const made = roleArn(source, account, roleName);
      return { account, route, roleName, targets: targets.filter((target) => target.roleArn === made) };
    })
    .filter(({ targets }) => targets.length > 0);
}
