import { mostParts, namesOf, parameterArn, parameterName, parameterPartName, type Routes } from '@xacct/core';
import {
  type DeployedRoute,
  type ForwarderGrant,
  NO_PERMISSIONS,
  type Permissions,
  rolesOfStored,
  stillUsed,
  unitePermissions,
} from '@xacct/core/rollout';
import type { Stack } from '../stacks/stack.ts';
import { deployedRoutes } from './deployed-routes.ts';
import { permissionsOfStacks } from './permissions-of-stacks.ts';

export interface InUseOptions {
  routes: Routes;
  /** What is deployed. */
  deployed: readonly Stack[];
  /** The stacks of the file. */
  wanted: readonly Stack[];
  /** Accounts whose stacks could not be read: what their roles allow is taken from the routes. */
  unreadable: ReadonlySet<string>;
}

/**
 * What is allowed and used by deployed routes; none of it may be removed.
 *
 * @param own what the stacks of the file allow anyway
 */
export function usedByRoutes(options: InUseOptions, own = NO_PERMISSIONS): Permissions {
  const { routes, deployed, wanted } = options;
  const inStacks = deployedRoutes(routes, deployed, wanted);
  const used = stillUsed(routes, permissionsOfStacks(routes, deployed), inStacks, own);
  return unitePermissions(used, unseenRoles(options, inStacks));
}

/** What is allowed. For accounts that could not be read: what the routes deployed before used. */
export function allowedBy({ before, ...options }: InUseOptions & { before: readonly Stack[] }): Permissions {
  const { routes, deployed } = options;
  const unseen = unseenRoles(options, deployedRoutes(routes, before, []));
  return unitePermissions(permissionsOfStacks(routes, deployed), unseen);
}

function unseenRoles({ routes, unreadable }: InUseOptions, inStacks: readonly DeployedRoute[]): Permissions {
  const roles = rolesOfStored(routes, inStacks).filter(({ account }) => unreadable.has(account));
  return { ...NO_PERMISSIONS, roles };
}

/**
 * What stacks have to allow, besides what the file asks for, before any route is changed.
 *
 * @param isSettled whether the last change of a route was so long ago that nobody uses an earlier one
 */
export function usedBeforeSwitch(options: InUseOptions & { isSettled: boolean }): Permissions {
  const { routes, deployed, wanted, isSettled } = options;
  return unitePermissions(
    usedByRoutes(options),
    isSettled ? NO_PERMISSIONS : permissionsOfStacks(routes, deployed),
    { ...NO_PERMISSIONS, grants: partsOfMixes(routes, deployedRoutes(routes, deployed, wanted)) },
  );
}

/** A route with some old and some new targets may need more parameters than either. */
function partsOfMixes(file: Routes, deployed: readonly DeployedRoute[]): ForwarderGrant[] {
  return file.routes.flatMap((route) => {
    const { forwarder, stream } = route;
    const stored = deployed.find((other) => other.name === route.name && !other.isCurrent)?.stored;
    if (stored === undefined) return [];
    const first = parameterName(namesOf(file).forwarder(forwarder).parameterPrefix, stream);
    const parts = mostParts({ ...route, targets: [...route.targets, ...stored.targets] });
    return Array.from({ length: parts }, (_, part) => ({
      forwarder,
      sid: 'ReadRoutes' as const,
      resource: parameterArn(file.source, parameterPartName(first, part)),
    }));
  });
}

/** Whether the stacks of a file, as far as they are made, allow all of some permissions themselves. */
export function isWithin(permissions: Permissions, routes: Routes, wanted: readonly Stack[]): boolean {
  const own = keysOf(permissionsOfStacks(routes, wanted));
  // A stack that no route of the file needs is not in the assembly, and stays as it is.
  return [...keysOf(permissions)].every(
    ([place, keys]) => !own.has(place) || [...keys].every((key) => own.get(place)?.has(key)),
  );
}

/** What each stack allows, by the stack's key. */
function keysOf({ roles, grants, senders }: Permissions): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  const add = (place: string, key: string) => {
    places.set(place, (places.get(place) ?? new Set()).add(key));
  };
  for (const { account, forwarder, route, functionArns, externalIds } of roles) {
    for (const arn of functionArns) add(`target ${account} ${forwarder}`, `${route} invokes ${arn}`);
    for (const id of externalIds) add(`target ${account} ${forwarder}`, `${route} trusts ${id}`);
  }
  for (const { forwarder, sid, resource } of grants) add(`forwarder ${forwarder}`, `${sid} ${resource}`);
  for (const { route, forwarder } of senders) add(`route ${route}`, forwarder);
  return places;
}
