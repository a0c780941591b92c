import { CommandFailure } from '../command-failure.ts';
import type { DeployedDiff } from '../diff/diff-deployed.ts';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { routeOf } from '../stacks/stack.ts';

export interface PlanOptions {
  stacks: readonly AssemblyStack[];
  /** Names of the routes to deploy; none: all. */
  routes: readonly string[];
}

/**
 * The stacks to deploy: what differs, or could not be compared, of what the routes need.
 *
 * @throws {CommandFailure} where a route is deployed that the file no longer has, since this would take its roles
 */
export function planDeployment(
  { diff, unreadable }: DeployedDiff,
  { stacks, routes }: PlanOptions,
): AssemblyStack[] {
  const removed = diff.routes.filter(({ change }) => change === 'remove').map(({ route }) => route);
  if (removed.length > 0) {
    throw new CommandFailure(
      `Nothing is deployed: the file no longer has ${removed.map((route) => `route "${route}"`).join(', ')}, whose stack would go on reading its stream, but without its roles. First: ${removed.map((route) => `xacct destroy ${route}`).join(' && ')}`,
    );
  }
  const named = stacks.filter((stack) => routes.includes(routeOf(stack) ?? ''));
  const needed = new Set(named.flatMap(({ name, needs }) => [name, ...needs]));
  const changed = new Set(diff.stacks.map(({ name }) => name));
  const unknown = new Set(unreadable.map(({ account }) => account));
  return stacks.filter(({ name, account }) => {
    if (routes.length > 0 && !needed.has(name)) return false;
    return changed.has(name) || unknown.has(account);
  });
}
