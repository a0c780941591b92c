import type { Grant } from '../execution/grants.ts';
import type { Routes, Target } from '../model/routes.ts';
import { routeRoleArn, targetStackName } from '../names/names.ts';

/**
 * What the roles on both sides of routes allow, as far as it comes and goes with routes: the common form of what a file asks
 * for, of what is deployed, and of what may still be in use.
 */
export interface Permissions {
  roles: readonly RolePermission[];
  grants: readonly ForwarderGrant[];
  senders: readonly Sender[];
}

/** A role that is made for a route in a target account. */
export interface RolePermission {
  account: string;
  /** Names. */
  forwarder: string;
  route: string;
  functionArns: readonly string[];
  /** Of which whoever assumes it has to know one. */
  externalIds: readonly string[];
}

/** What the execution role of a forwarder may do. */
export interface ForwarderGrant extends Grant {
  forwarder: string;
}

/** A forwarder that may send to the queues of a route. */
export interface Sender {
  route: string;
  forwarder: string;
}

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

/** What the names of roles follow from. */
export type RoleNames = Pick<Routes, 'name' | 'source' | 'rolePath'>;

/** Whether the role that a target names is the one that is made for its route: an existing one is its owner's. */
export function isMadeRole(
  routes: RoleNames,
  { route, forwarder }: Sender,
  target: Pick<Target, 'account' | 'roleArn'>,
): boolean {
  return target.roleArn === routeRoleArn(routes, target.account, { name: route, forwarder });
}

/**
 * Whether a forwarder may do what it takes to send a target of a route its records, on both sides.
 *
 * @param isLeft whether the roles of an account are left to its owner, who is taken to keep them as the file says
 */
export function allowsTarget(
  routes: RoleNames,
  { roles, grants }: Permissions,
  sender: Sender,
  target: Target,
  isLeft: (account: string) => boolean = () => false,
): boolean {
  const isMade = isMadeRole(routes, sender, target);
  const mayAssume = grants.some(
    ({ forwarder, sid, resource }) =>
      forwarder === sender.forwarder &&
      ((sid === 'AssumeRoutedRoles' && resource === target.roleArn) ||
        (sid === 'AssumeRolesOfOrganization' && isMade)),
  );
  if (!mayAssume || !isMade || isLeft(target.account)) return mayAssume;
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
    .filter(({ name: route, forwarder, targets }) =>
      targets.some((target) => target.account === account && isMadeRole(file, { route, forwarder }, target)),
    )
    .map(({ forwarder }) => forwarder);
  return [...new Set(forwarders)].map((forwarder) => targetStackName(file.name, account, forwarder));
}
