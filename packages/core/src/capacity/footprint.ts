import type { Route, Routes } from '../model/routes.ts';
import { parameterName, parameterPartName, parameterPrefix, routeRoleArn } from '../names/names.ts';
import { encodeRoute } from '../wire/stored-route.ts';

/** What a route takes of what AWS limits: shared by the check of a file and the report on its limits. */

/** The parameters that hold a route; one that has no sound target is reckoned as one. */
export function parametersOf({ name }: Pick<Routes, 'name'>, route: Route): string[] {
  const first = parameterName(parameterPrefix(name, route.forwarder), route.stream);
  const parts = route.targets.length === 0 ? 1 : encodeRoute(route).length;
  return Array.from({ length: parts }, (_, part) => parameterPartName(first, part));
}

/** The accounts in which a role is made for a route. An existing role is its owner's. */
export function accountsWithRole(
  routes: Pick<Routes, 'name' | 'source' | 'rolePath'>,
  route: Route,
): string[] {
  const accounts = new Set(route.targets.map((target) => target.account));
  return [...accounts].filter((account) => {
    const made = routeRoleArn(routes, account, route);
    return route.targets.some((target) => target.roleArn === made);
  });
}

/** Characters that ARNs take in a policy: each in quotes and with a comma, and a tenth for all else. */
export function policyCharacters(arns: readonly string[]): number {
  const characters = arns.reduce((sum, arn) => sum + arn.length + 3, 0);
  return Math.ceil(characters * 1.1);
}
