import { limits } from '../limits.ts';
import { routeStackName, targetStackName } from '../names.ts';
import type { Route, Routes } from '../routes.ts';
import { encodeRoute } from '../stored-route.ts';
import { accountsWithRole, parametersOf } from './footprint.ts';
import type { Use } from './limited.ts';

/** Of a route's stack, besides its parameters: two queues, their policies, two mappings, three alarms. */
const ROUTE_RESOURCES = 9;
/** What a template takes for these, and around each parameter. */
const ROUTE_TEMPLATE_BYTES = 9000;
const PARAMETER_BYTES = 400;

/** What stacks and their templates hold, and what the source account holds of stacks and parameters. */
export function stackUses(routes: Routes): Use[] {
  return [...routeStacks(routes), ...targetStacks(routes), ...sourceAccount(routes)];
}

function routeStacks({ name, routes }: Routes): Use[] {
  const { resources, templateBytes } = limits.cloudFormation;
  return routes.flatMap((route): Use[] => {
    const values = encodeRoute(route);
    const where = `stack ${routeStackName(name, route.name)}`;
    const consumer = route.enhancedFanOut ? 1 : 0;
    // The age of a table's stream is watched in the forwarder's stack.
    const ageAlarm = route.stream.service === 'kinesis' ? 1 : 0;
    return [
      {
        limit: 'route-stack-resources',
        where,
        used: ROUTE_RESOURCES + consumer + ageAlarm + values.length,
        allowed: resources,
      },
      { limit: 'route-stack-template', where, used: templateOf(route, values), allowed: templateBytes },
    ];
  });
}

function templateOf({ filters }: Route, values: readonly string[]): number {
  const parameters = values.reduce((sum, value) => sum + bytesInJson(value) + PARAMETER_BYTES, 0);
  const patterns = filters.reduce((sum, filter) => sum + bytesInJson(JSON.stringify(filter)), 0);
  return ROUTE_TEMPLATE_BYTES + parameters + patterns;
}

/** In a template a value is JSON within JSON. */
function bytesInJson(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** Roles are all that a target account's stack holds; each forwarder has one there. */
function targetStacks(routes: Routes): Use[] {
  const stacks = routes.routes.flatMap((route) =>
    accountsWithRole(routes, route).map((account) => targetStackName(routes.name, account, route.forwarder)),
  );
  return Array.from(
    Map.groupBy(stacks, (stack) => stack),
    ([stack, { length }]) => ({
      limit: 'target-stack-resources',
      where: `stack ${stack}`,
      used: length,
      allowed: limits.cloudFormation.resources,
    }),
  );
}

function sourceAccount(routes: Routes): Use[] {
  const { source, forwarders } = routes;
  const where = `account ${source.account}, ${source.region}`;
  const ownTargetStacks = new Set(
    routes.routes
      .filter((route) => accountsWithRole(routes, route).includes(source.account))
      .map(({ forwarder }) => forwarder),
  );
  const parameters = routes.routes.reduce((sum, route) => sum + parametersOf(routes, route).length, 0);
  return [
    {
      limit: 'stacks',
      where,
      used: forwarders.length + routes.routes.length + ownTargetStacks.size,
      allowed: limits.cloudFormation.stacks,
    },
    { limit: 'parameters', where, used: parameters, allowed: limits.ssm.parameters },
  ];
}
