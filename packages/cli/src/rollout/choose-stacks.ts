import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { routeOf } from '../stacks/stack.ts';

/**
 * The names of the stacks that routes are made of: their own, and those that they need.
 *
 * @param routes names; none: all
 */
export function chooseStacks(stacks: readonly AssemblyStack[], routes: readonly string[]): Set<string> {
  if (routes.length === 0) return new Set(stacks.map(({ name }) => name));
  const named = stacks.filter((stack) => routes.includes(routeOf(stack) ?? ''));
  return new Set(named.flatMap(({ name, needs }) => [name, ...needs]));
}
