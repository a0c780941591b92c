import type { Route, RoutedTarget } from '@xacct/core';

/** A role to generate in a target account: what one route's forwarder assumes there. */
export interface RouteRole {
  /** ID of the target account. */
  account: string;
  /** The route that it is generated for. */
  route: Route;
  /** Those that the role may invoke, one at least. */
  targets: RoutedTarget[];
}

/** The roles that a route needs, one in each account. An existing role is its owner's: none is generated for it. */
export function routeRoles(route: Route): RouteRole[] {
  return [...Map.groupBy(route.targets, ({ account }) => account)]
    .map(([account, targets]) => {
      return { account, route, targets: targets.filter(({ hasGeneratedRole }) => hasGeneratedRole) };
    })
    .filter(({ targets }) => targets.length > 0);
}
