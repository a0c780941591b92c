import { CommandFailure } from '../command-failure.ts';
import type { DeployedDiff } from '../diff/diff-deployed.ts';
import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { routeOf } from '../stacks/stack.ts';

/**
 * The stacks to deploy: what differs, or could not be compared, of what the routes need.
 *
 * @param routes names; none: all
 * @throws {CommandFailure} where a route is deployed that the file no longer has, since this would take its roles
 */
export function planDeployment(
  { diff, stacks, unreadable }: DeployedDiff,
  routes: readonly string[],
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
