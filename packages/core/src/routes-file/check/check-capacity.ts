import { routeRoleUses } from '../../capacity/iam-uses.ts';
import { type LimitedName, limited } from '../../capacity/limited.ts';
import { parameterUse, routeStackUses, targetStackUses } from '../../capacity/stack-uses.ts';
import { fullestPolicy, hasRoom } from '../../execution/execution-policies.ts';
import { forwarderGrants, routeGrants } from '../../execution/grants.ts';
import * as limits from '../../limits/aws-limits.ts';
import type { Forwarder } from '../../model/forwarder.ts';
import type { Route, Routes } from '../../model/routes.ts';
import type { Path, Report } from '../../problems/problem.ts';
import { smallest } from '../../values/smallest.ts';
import type { Resolved } from '../resolve/resolve-routes.ts';

/**
 * Finds routes that AWS has no room for: parameters in Parameter Store, policies of the roles, stacks and their templates.
 * The size of a route's role is that of the ARNs in its policy with a tenth for all else.
 */
export function checkCapacity({ routes, pathOf }: Resolved, report: Report): void {
  checkTogether(routes, pathOf, report);
  for (const forwarder of routes.forwarders) checkExecutionRole(forwarder, routes, pathOf, report);
  for (const route of routes.routes) {
    const path = pathOf.get(route) ?? [];
    checkRouteRoles(route, path, report);
    checkRouteStack(routes, route, path, report);
  }
}

/**
 * What all routes take together of one place: reported at the route that is too much. Roles that may invoke many functions
 * each are more than a template holds before they are as many as a stack does.
 */
function checkTogether(routes: Routes, pathOf: Resolved['pathOf'], report: Report): void {
  const fullWith = (count: number) => {
    const first = { ...routes, routes: routes.routes.slice(0, count) };
    return [parameterUse(first), ...targetStackUses(first)].filter(({ used, allowed }) => used > allowed);
  };
  const { length } = routes.routes;
  for (const { limit, where } of fullWith(length)) {
    const words = TOGETHER[limit];
    if (words === undefined) continue;
    const useOf = (count: number) =>
      fullWith(count).find((use) => use.limit === limit && use.where === where);
    const count = smallest(1, length, (tried) => useOf(tried) !== undefined);
    const route = routes.routes[count - 1];
    const message = `the routes up to this one take ${useOf(count)?.used} ${words.message(where)}`;
    report((route && pathOf.get(route)) ?? [], 'capacity', message, words.hint);
  }
}

const TOGETHER: Partial<Record<LimitedName, { message(where: string): string; hint: string }>> = {
  parameters: {
    message: () => `parameters, and a region of an account holds ${limits.ssm.parameters}`,
    hint: 'move routes to another source account or region',
  },
  'target-stack-template': {
    message: (where) =>
      `bytes of the template of ${where}, which holds ${limits.cloudFormation.templateBytes}`,
    hint: 'name another "forwarder" from here on',
  },
};

/**
 * What the execution role of a forwarder may do grows with every route. It is full long before the forwarder has as many
 * roles in an account as a stack holds, so these need no check of their own.
 */
function checkExecutionRole(
  forwarder: Forwarder,
  routes: Routes,
  pathOf: Resolved['pathOf'],
  report: Report,
): void {
  const { source } = routes;
  const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);
  const fixed = forwarderGrants(routes, forwarder);
  const grants = routed.map((route) => routeGrants(routes, forwarder, route));
  const ofFirst = (count: number) => ({ fixed, spread: grants.slice(0, count).flat() });
  if (hasRoom(ofFirst(routed.length), source)) return;
  const count = smallest(1, routed.length, (tried) => !hasRoom(ofFirst(tried), source));
  const { characters, allowed } = fullestPolicy(ofFirst(count), source);
  const first = routed[count - 1];
  const message = `the routes of forwarder "${forwarder.name}" up to this one take ${characters} characters in one of the policies of its role, and IAM allows ${allowed}`;
  const another =
    count === 1
      ? 'move some of its targets to a second route, with another "name" and "forwarder"'
      : 'name another "forwarder" from here on';
  const hint =
    forwarder.assumeRoles === 'organization'
      ? another
      : `${another}, or let it have "assumeRoles: organization"`;
  report((first && pathOf.get(first)) ?? [], 'capacity', message, hint);
}

/** A route's role in an account names each function that it may invoke there. */
function checkRouteRoles(route: Route, path: Path, report: Report): void {
  for (const { where, used, allowed } of routeRoleUses(route)) {
    if (used <= allowed) continue;
    const count = route.targets.filter(({ roleArn }) => roleArn === where).length;
    const message = `${count} functions take ${used} characters of the policy of ${where}, which holds ${allowed}`;
    const hint = 'move some of them to a second route, with another "name" and "forwarder"';
    report(path, 'capacity', message, hint);
  }
}

/** The parameters of a route are all in its stack. */
function checkRouteStack(routes: Routes, route: Route, path: Path, report: Report): void {
  if (route.targets.length === 0) return;
  const full = routeStackUses(routes, route).find(({ used, allowed }) => used > allowed);
  if (full === undefined) return;
  const { unit, wayOut } = limited[full.limit];
  const message = `${route.targets.length} targets take ${full.used} ${unit} of ${full.where}, which holds ${full.allowed}`;
  report(path, 'capacity', message, wayOut);
}
