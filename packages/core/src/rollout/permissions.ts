import type { Grant } from '../execution/grants.ts';
import { accountsWithRole } from '../model/accounts-with-role.ts';
import type { Routes } from '../model/routes.ts';
import type { RoutedTarget } from '../model/target.ts';
import { namesOf } from '../names/names.ts';

/**
 * What the roles on both sides of routes allow, as far as it comes and goes with routes: the common form of what a file asks
 * for, of what is deployed, and of what may still be in use.
 */
export interface Permissions {
  /** Roles in target accounts. */
  roles: readonly RolePermission[];
  /** What execution roles may do. */
  grants: readonly ForwarderGrant[];
  /** Who may send to the queues of routes. */
  senders: readonly Sender[];
}

/** A role that is made for a route in a target account. */
export interface RolePermission {
  /** ID of the target account. */
  account: string;
  /** Name of the forwarder that assumes the role. */
  forwarder: string;
  /** Name of the route that the role is generated for. */
  route: string;
  /** Functions that the role may invoke. */
  functionArns: readonly string[];
  /** Whoever assumes the role has to present one of these. */
  externalIds: readonly string[];
}

/** What the execution role of a forwarder may do. */
export interface ForwarderGrant extends Grant {
  /** Name of the forwarder. */
  forwarder: string;
}

/** A forwarder that may send to the queues of a route. */
export interface Sender {
  /** Name of the route. */
  route: string;
  /** Name of the forwarder. */
  forwarder: string;
}

/** Allows nothing. */
export const NO_PERMISSIONS: Permissions = { roles: [], grants: [], senders: [] };

/** Whatever one of them allows. */
export function unitePermissions(...all: readonly Permissions[]): Permissions {
  const roles = Map.groupBy(
    all.flatMap((permissions) => permissions.roles),
    ({ account, forwarder, route }) => `${account} ${forwarder} ${route}`,
  );
  return {
    roles: Array.from(roles.values(), unite).flat(),
    grants: unique(all.flatMap(({ grants }) => grants)),
    senders: unique(all.flatMap(({ senders }) => senders)),
  };
}

function unite(roles: readonly RolePermission[]): RolePermission[] {
  const all = (key: 'functionArns' | 'externalIds') =>
    [...new Set(roles.flatMap((role) => role[key]))].toSorted();
  return roles
    .slice(0, 1)
    .map((role) => ({ ...role, functionArns: all('functionArns'), externalIds: all('externalIds') }));
}

function unique<T extends object>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(Object.entries(item).toSorted()), item])).values()];
}

/**
 * Whether a forwarder may do what it takes to send a target of a route its records, on both sides.
 *
 * @param isLeft whether the roles of an account are left to its owner, who is assumed to keep them as in the file
 */
export function allowsTarget(
  { roles, grants }: Permissions,
  sender: Sender,
  target: RoutedTarget,
  isLeft: (account: string) => boolean = () => false,
): boolean {
  const mayAssume = grants.some(
    ({ forwarder, sid, resource }) =>
      forwarder === sender.forwarder &&
      ((sid === 'AssumeRoutedRoles' && resource === target.roleArn) ||
        (sid === 'AssumeRolesOfOrganization' && target.hasGeneratedRole)),
  );
  if (!mayAssume || !target.hasGeneratedRole || isLeft(target.account)) return mayAssume;
  return roles.some(
    ({ account, forwarder, route, functionArns, externalIds }) =>
      account === target.account &&
      forwarder === sender.forwarder &&
      route === sender.route &&
      functionArns.includes(target.functionArn) &&
      externalIds.includes(target.externalId),
  );
}

/** The names of the stacks in an account that hold roles for routes. */
export function targetStacksIn(file: Routes, account: string): string[] {
  const forwarders = file.routes
    .filter((route) => accountsWithRole(route).includes(account))
    .map(({ forwarder }) => forwarder);
  return [...new Set(forwarders)].map((forwarder) => namesOf(file).targetStack({ account, forwarder }));
}
