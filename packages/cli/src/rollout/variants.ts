import { namesOf, type Route } from '@xacct/core';
import { NO_PERMISSIONS, type Permissions } from '@xacct/core/rollout';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { forwarderOf, kindOf, routeOf, type Stack } from '../stacks/stack.ts';
import type { SynthesizedStacks } from '../stacks/with-synthesized.ts';
import { isWithin } from './still-in-use.ts';
import { withSender } from './with-sender.ts';

/** The stacks of forwarders and target accounts, with the extra permissions. */
export async function permissionStacks(
  options: SynthesizedStacks,
  also: Permissions,
): Promise<readonly AssemblyStack[]> {
  const { routes, synthesize } = options;
  const stacks = options.stacks.filter((stack) => kindOf(stack) !== 'route');
  if (isWithin(also, routes, stacks)) return stacks;
  const only = new Set(stacks.map(({ name }) => name));
  return synthesize({ routes, also, only });
}

/** The stacks of routes with their present targets, and with queues to which other forwarders may still send. */
export async function routeStacks(
  options: SynthesizedStacks,
  present: readonly Route[],
  { senders }: Pick<Permissions, 'senders'>,
): Promise<readonly AssemblyStack[]> {
  const { routes, synthesize } = options;
  const byName = new Map(present.map((route) => [route.name, route]));
  const stacks = options.stacks.filter((stack) => byName.has(routeOf(stack) ?? ''));
  const also = { ...NO_PERMISSIONS, senders: senders.filter(({ route }) => byName.has(route)) };
  const areAsWritten = routes.routes.every((route) => (byName.get(route.name) ?? route) === route);
  if (
    areAsWritten &&
    also.senders.every(({ route, forwarder }) => byName.get(route)?.forwarder === forwarder)
  )
    return stacks;
  const only = new Set(stacks.map(({ name }) => name));
  const mixed = { ...routes, routes: routes.routes.map((route) => byName.get(route.name) ?? route) };
  return synthesize({ routes: mixed, also, only });
}

/**
 * The deployed stacks of routes that move to another forwarder, changed so that it may send to their queues already: if the
 * move fails, it has read the stream for a while, and has to park the records under way.
 */
export async function movingStacks(
  options: SynthesizedStacks,
  deployed: readonly Stack[],
): Promise<readonly AssemblyStack[]> {
  const { routes, synthesize } = options;
  const written = options.stacks.flatMap((stack) => {
    const before = deployed.find(({ name }) => name === stack.name);
    const route = routes.routes.find(({ name }) => name === routeOf(stack));
    if (before === undefined || route === undefined || forwarderOf(before) === route.forwarder) return [];
    return withSender(before, namesOf(routes).forwarder(route.forwarder).executionRoleArn);
  });
  if (written.length === 0) return [];
  return synthesize({ routes, written });
}
