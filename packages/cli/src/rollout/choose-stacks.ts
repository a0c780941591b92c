import type { AssemblyStack } from '../stacks/read-assembly-stacks.ts';
import { forwarderOf, routeOf } from '../stacks/stack.ts';

/** What to deploy: all of the file, unless routes or forwarders are named. */
export interface Wanted {
  routes: readonly string[];
  forwarders: readonly string[];
}

/** The names of the stacks of some routes and of what they need, or of some forwarders and all of theirs. */
export function chooseStacks(stacks: readonly AssemblyStack[], { routes, forwarders }: Wanted): Set<string> {
  const isAll = routes.length + forwarders.length === 0;
  const named = stacks.filter(
    (stack) =>
      isAll || routes.includes(routeOf(stack) ?? '') || forwarders.includes(forwarderOf(stack) ?? ''),
  );
  return new Set(named.flatMap(({ name, needs }) => [name, ...needs]));
}
