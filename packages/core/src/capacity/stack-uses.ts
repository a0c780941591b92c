import * as limits from '../limits/aws-limits.ts';
import { accountsWithRole } from '../model/accounts-with-role.ts';
import type { Route, Routes } from '../model/routes.ts';
import { namesOf } from '../names/names.ts';
import { permissionsBoundaryArn } from '../names/resource-arns.ts';
import { parametersOf } from '../wire/parameters-of.ts';
import { encodeRoute } from '../wire/stored-route.ts';
import type { Use } from './limited.ts';

/** Resources of a route's stack besides its parameters: two queues, their policies, two mappings, five alarms. */
const ROUTE_RESOURCES = 11;
/** What a template takes for these, and around each parameter. */
const ROUTE_TEMPLATE_BYTES = 11_700;
const PARAMETER_BYTES = 400;
const ALARM_BYTES = 1000;
/** Bytes of a target account's template without roles, of a role without its functions, and of a line in a list. */
const TARGET_TEMPLATE_BYTES = 1000;
const ROLE_TEMPLATE_BYTES = 1200;
const LINE_BYTES = 16;
/** What a template takes around the path of a role. */
const PATH_BYTES = 22;
/** What a template takes around the ARN of a permissions boundary. */
const BOUNDARY_BYTES = 36;
/** What a template takes around the key and the value of a tag. */
const TAG_BYTES = 64;

/** What stacks and their templates hold, and what the source account holds of stacks and parameters. */
export function stackUses(routes: Routes): Use[] {
  const routeStacks = routes.routes.flatMap((route) => routeStackUses(routes, route));
  return [...routeStacks, ...targetStackUses(routes), ...sourceAccount(routes), parameterUse(routes)];
}

/** What the stack of one route holds. */
export function routeStackUses(
  routes: Pick<Routes, 'name' | 'source' | 'alarmActions' | 'okActions'>,
  route: Route,
): Use[] {
  const { alarmActions, okActions = [] } = routes;
  const { resources, templateBytes } = limits.cloudFormation;
  const values = encodeRoute(route);
  const where = `stack ${namesOf(routes).route(route.name).stack}`;
  const consumer = route.enhancedFanOut ? 1 : 0;
  // The age of a table's stream is watched in the forwarder's stack.
  const ageAlarm = route.stream.service === 'kinesis' ? 1 : 0;
  const readingAlarm = route.stream.service === 'kinesis' && route.enabled ? 1 : 0;
  const pausedAlarm = route.targets.some(({ paused }) => paused) ? 1 : 0;
  const furtherAlarms = pausedAlarm + (alarmActions === undefined ? 0 : readingAlarm + 1);
  const actions = [...(alarmActions ?? []), ...okActions];
  const actionBytes = actions.reduce((sum, topic) => sum + topic.length + LINE_BYTES, 0);
  return [
    {
      limit: 'route-stack-resources',
      where,
      used: ROUTE_RESOURCES + consumer + ageAlarm + furtherAlarms + values.length,
      allowed: resources,
    },
    {
      limit: 'route-stack-template',
      where,
      used: templateOf(route, values) + furtherAlarms * ALARM_BYTES + (6 + furtherAlarms) * actionBytes,
      allowed: templateBytes,
    },
  ];
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
export function targetStackUses(routes: Routes): Use[] {
  const { resources, templateBytes } = limits.cloudFormation;
  const roles = routes.routes.flatMap((route) => rolesInStacks(routes, route));
  return [...Map.groupBy(roles, ({ stack }) => stack)].flatMap(([stack, held]): Use[] => {
    const where = `stack ${stack}`;
    const bytes = held.reduce((sum, role) => sum + role.templateBytes, TARGET_TEMPLATE_BYTES);
    return [
      { limit: 'target-stack-resources', where, used: held.length, allowed: resources },
      { limit: 'target-stack-template', where, used: bytes, allowed: templateBytes },
    ];
  });
}

/** For each role that is made for a route, its stack, and its bytes in the template of that stack. */
function rolesInStacks(routes: Routes, route: Route): { stack: string; templateBytes: number }[] {
  return accountsWithRole(route).map((account) => {
    const invoked = route.targets.filter((target) => target.account === account);
    const named = invoked.reduce((sum, { functionArn }) => sum + functionArn.length + LINE_BYTES, 0);
    // The name is in logical ID, description, role name, external ID and tag.
    const templateBytes =
      ROLE_TEMPLATE_BYTES + 5 * route.name.length + named + bytesOfOptions(routes, account);
    const stack = namesOf(routes).targetStack({ account, forwarder: route.forwarder });
    return { stack, templateBytes };
  });
}

/** What a role has besides: a path, a permissions boundary, tags. */
function bytesOfOptions({ source, rolePath, tags }: Routes, account: string): number {
  const boundary = permissionsBoundaryArn(source, account);
  const ofTags = Object.entries(tags).reduce((sum, tag) => sum + bytesInJson(tag.join('')) + TAG_BYTES, 0);
  return (
    (rolePath === '/' ? 0 : PATH_BYTES + rolePath.length) +
    (boundary === undefined ? 0 : BOUNDARY_BYTES + boundary.length) +
    ofTags
  );
}

function sourceAccount(routes: Routes): Use[] {
  const ownTargetStacks = new Set(
    routes.routes
      .filter((route) => accountsWithRole(route).includes(routes.source.account))
      .map(({ forwarder }) => forwarder),
  );
  const used = routes.forwarders.length + routes.routes.length + ownTargetStacks.size;
  return [{ limit: 'stacks', where: placeOf(routes), used, allowed: limits.cloudFormation.stacks }];
}

/** The parameters that hold all routes. */
export function parameterUse(routes: Routes): Use {
  const used = routes.routes.reduce((sum, route) => sum + parametersOf(routes, route).length, 0);
  return { limit: 'parameters', where: placeOf(routes), used, allowed: limits.ssm.parameters };
}

function placeOf({ source }: Routes): string {
  return `account ${source.account}, ${source.region}`;
}
