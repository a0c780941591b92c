import type { Route, Routes } from '../model/routes.ts';
import type { RoutedTarget, Target } from '../model/target.ts';
import { namesOf } from './names.ts';
import { roleArn } from './resource-arns.ts';

/** What the names of generated roles follow from. */
export type RoleNames = Pick<Routes, 'name' | 'source' | 'rolePath'>;

/** The role that is generated for a route in an account. */
export function generatedRoleArn(
  routes: RoleNames,
  account: string,
  route: Pick<Route, 'name' | 'forwarder'>,
): string {
  return roleArn(routes.source, account, namesOf(routes).generatedRole(route), routes.rolePath);
}

/**
 * The targets of a route, with whether each role is the one that is generated for that route. This is the one place that
 * decides it. A file that writes the ARN of the generated role means that one.
 */
export function routedTargets(
  routes: RoleNames,
  route: Pick<Route, 'name' | 'forwarder'>,
  targets: readonly Target[],
): RoutedTarget[] {
  return targets.map((target) => ({
    ...target,
    hasGeneratedRole: target.roleArn === generatedRoleArn(routes, target.account, route),
  }));
}

/** Matches the ARN of the role that is generated for any route. */
export function generatedRolePattern({ name, source, rolePath }: RoleNames, account: string): string {
  return roleArn(source, account, `${name}-route-*`, rolePath);
}
