import type { Grant } from '../execution/grants.ts';
import type { RoutedTarget } from '../model/target.ts';
import { type RoleNames, routedTargets } from '../names/generated-role.ts';
import type { StoredRoute } from '../wire/route-json.ts';
import { allowsTarget, NO_PERMISSIONS, type Permissions, type RolePermission } from './permissions.ts';

/** A route as its stack has it. */
export interface DeployedRoute {
  /** Name of the route. */
  name: string;
  /** Name of the forwarder that reads its stream. */
  forwarder: string;
  /** Undefined where another version wrote it: nothing is known of what it needs. */
  stored: StoredRoute | undefined;
  /** What its forwarder has to read: the ARNs of its parameters, its stream, its consumers and its retry queue. */
  read: readonly string[];
  /** Whether it is as in the file. Otherwise it may need things that its stack does not show, such as a key. */
  isCurrent: boolean;
}

/** The statements whose resources a route's stack names. */
const SHOWN: ReadonlySet<Grant['sid']> = new Set([
  'ReadRoutes',
  'ReadStreams',
  'ReadTableStreams',
  'SubscribeAsConsumer',
  'PollRetryQueues',
]);

/**
 * The part of what is deployed that the deployed routes use. The rest can be removed once no environment uses an earlier route.
 *
 * @param own what is allowed anyway: targets that it is enough for use no statement besides
 */
export function stillUsed(
  routes: RoleNames,
  deployed: Permissions,
  deployedRoutes: readonly DeployedRoute[],
  own: Permissions = NO_PERMISSIONS,
): Permissions {
  const byForwarder = Map.groupBy(deployedRoutes, ({ forwarder }) => forwarder);
  const unknown = new Set(
    deployedRoutes.filter(({ stored }) => stored === undefined).map(({ forwarder }) => forwarder),
  );
  return {
    roles: deployed.roles.flatMap((role) =>
      unknown.has(role.forwarder)
        ? [role]
        : usedPart(role, rolesOfStored(routes, byForwarder.get(role.forwarder) ?? [])),
    ),
    grants: deployed.grants.filter(({ forwarder, sid, resource }) => {
      const users = byForwarder.get(forwarder) ?? [];
      if (unknown.has(forwarder)) return true;
      if (sid === 'AssumeRoutedRoles')
        return users.some((user) =>
          targetsOf(routes, user).some(
            (target) =>
              target.roleArn === resource && !allowsTarget(own, { route: user.name, forwarder }, target),
          ),
        );
      if (SHOWN.has(sid)) return users.some(({ read }) => read.includes(resource));
      return users.some(({ isCurrent }) => !isCurrent);
    }),
    senders: deployed.senders.filter(({ route, forwarder }) =>
      deployedRoutes.some((other) => other.name === route && other.forwarder === forwarder),
    ),
  };
}

/** What stored routes ask of the roles that are generated for them. */
export function rolesOfStored(routes: RoleNames, deployedRoutes: readonly DeployedRoute[]): RolePermission[] {
  return deployedRoutes.flatMap((deployed) => {
    const { name: route, forwarder } = deployed;
    const generated = targetsOf(routes, deployed).filter(({ hasGeneratedRole }) => hasGeneratedRole);
    return Array.from(
      Map.groupBy(generated, ({ account }) => account),
      ([account, targets]) => ({
        account,
        forwarder,
        route,
        functionArns: targets.map(({ functionArn }) => functionArn),
        externalIds: [...new Set(targets.map(({ externalId }) => externalId))],
      }),
    );
  });
}

function targetsOf(routes: RoleNames, route: DeployedRoute): RoutedTarget[] {
  return routedTargets(routes, route, route.stored?.targets ?? []);
}

function usedPart(role: RolePermission, uses: readonly RolePermission[]): RolePermission[] {
  const use = uses.find(({ account, route }) => account === role.account && route === role.route);
  if (use === undefined) return [];
  const functionArns = role.functionArns.filter((arn) => use.functionArns.includes(arn));
  const externalIds = role.externalIds.filter((id) => use.externalIds.includes(id));
  return functionArns.length === 0 || externalIds.length === 0
    ? []
    : [{ ...role, functionArns, externalIds }];
}
