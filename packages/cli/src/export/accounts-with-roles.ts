import { type Routes, routeRoleArn } from '@xacct/core';

/** The accounts in which a role is made, in the order of the file. An existing role belongs to its owner. */
export function accountsWithRoles(routes: Routes): string[] {
  const accounts = routes.routes.flatMap((route) =>
    route.targets
      .filter(({ account, roleArn }) => roleArn === routeRoleArn(routes, account, route))
      .map(({ account }) => account),
  );
  return [...new Set(accounts)];
}
