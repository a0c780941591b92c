import { type Route, type Routes, routedTargets } from '@xacct/core';
import { allowsTarget, type LateTargets, mixTargets, type Permissions } from '@xacct/core/rollout';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { routeOf, type Stack } from '../stacks/stack.ts';
import { routeParameters } from '../stacks/stored-route.ts';
import { deployedRoutes } from './deployed-routes.ts';
import type { Progress } from './progress.ts';

/** Targets of a route that differ from the file. */
export interface LateRoute extends LateTargets {
  route: string;
}

export interface SwitchOptions {
  routes: Routes;
  /** The stacks of the routes that may be deployed. */
  wanted: readonly AssemblyStack[];
  /** What is deployed by now. */
  deployed: readonly Stack[];
  /** What is allowed by now. */
  permissions: Permissions;
  /** The names of the stacks of a kind that should have been deployed and were not. */
  missing: Progress['missing'];
  /** Whether the owner of an account deploys its roles. */
  isLeft(account: string): boolean;
}

export interface Switch {
  /** The routes that can be deployed, with the targets that they can have by now. */
  routes: Route[];
  late: LateRoute[];
  /** Why the other routes stay as they are, by the names of their stacks. */
  skipped: Map<string, string>;
}

/** What each route can be now: as in the file, or with the old targets of accounts that are not ready for the new ones. */
export function switchRoutes({ wanted, missing, ...options }: SwitchOptions): Switch {
  const { routes, deployed, permissions, isLeft } = options;
  const before = new Map(deployedRoutes(routes, deployed, []).map((route) => [route.name, route]));
  const [forwarders, accounts, unexpanded] = [missing('forwarder'), missing('target'), missing('route')];
  const result: Switch = { routes: [], late: [], skipped: new Map() };
  for (const stack of wanted) {
    const route = routes.routes.find(({ name }) => name === routeOf(stack));
    if (route === undefined) continue;
    const { name, forwarder } = route;
    if (unexpanded.has(stack.name)) {
      result.skipped.set(stack.name, 'its queues do not let the new forwarder in yet');
      continue;
    }
    const isReady = (target: Route['targets'][number]) =>
      allowsTarget(permissions, { route: name, forwarder }, target, isLeft);
    const stored = before.get(name)?.stored;
    const mixed = stack.needs.some((need) => forwarders.has(need))
      ? undefined
      : mixTargets({
          wanted: route.targets,
          deployed: routedTargets(routes, route, stored?.targets ?? []),
          isReady,
        });
    if (mixed === undefined) {
      const needs = stack.needs.filter((need) => forwarders.has(need) || accounts.has(need));
      const unready = route.targets
        .filter((target) => !isReady(target))
        .map(({ functionArn }) => functionArn);
      result.skipped.set(stack.name, `needs ${(needs.length > 0 ? needs : unready).join(', ')}`);
      continue;
    }
    result.routes.push(mixed.late.length === 0 ? route : { ...route, targets: mixed.targets });
    result.late.push(...mixed.late.map((late) => ({ route: name, ...late })));
  }
  return result;
}

/** The stack that holds the parameter of another one, which can be deployed only after the first releases it. */
export function ownerOf(stack: Stack, deployed: readonly Stack[]): Stack | undefined {
  const [first] = routeParameters(stack);
  return deployed.find(
    (other) =>
      other.name !== stack.name && first !== undefined && routeParameters(other)[0]?.name === first.name,
  );
}

/** Why a route cannot have its stream. */
export function whyTaken(stack: Stack, deployed: readonly Stack[], wanted: readonly Stack[]): string {
  const owner = ownerOf(stack, deployed);
  const route = owner && routeOf(owner);
  return wanted.some(({ name }) => name === owner?.name)
    ? `route "${route}" has its stream, and waits for another one itself`
    : `route "${route}", which the file no longer has, reads its stream. First: xacct destroy ${route}`;
}
