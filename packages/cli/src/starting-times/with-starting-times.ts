import { namesOf, type Route } from '@xacct/core';
import type { Stack } from '../stacks/stack.ts';
import { replaceStacks, type SynthesizedStacks } from '../stacks/with-synthesized.ts';
import { type StartingTime, type StoppedMappings, startAfter } from './start-after.ts';
import { readMapping, type StreamMapping } from './stream-mapping.ts';

export interface StartingTimesOptions extends SynthesizedStacks {
  deployed: readonly Stack[];
  stopped: StoppedMappings | undefined;
}

/**
 * Sets where routes with `startingPosition: AT_TIMESTAMP` start: an existing mapping stays as it is, and a new one
 * starts where the previous one stopped.
 */
export async function withStartingTimes({
  routes,
  stacks,
  synthesize,
  deployed,
  stopped,
}: StartingTimesOptions): Promise<
  Pick<SynthesizedStacks, 'routes' | 'stacks'> & { starting: StartingTime[] }
> {
  const starting: StartingTime[] = [];
  const stackOf = (route: Route) => namesOf(routes).route(route.name).stack;
  const changed = new Map<string, Route>();
  for (const route of routes.routes.filter(({ startingPosition }) => startingPosition === 'AT_TIMESTAMP')) {
    const name = stackOf(route);
    const [wanted, before] = [stacks, deployed].map((all) => {
      const stack = all.find((other) => other.name === name);
      return stack && readMapping(stack.template);
    });
    if (wanted === undefined) continue;
    if (before !== undefined && readsAlike(before, wanted)) {
      changed.set(name, asDeployed(route, before));
      continue;
    }
    const reader = before === undefined ? deployed.find((other) => isReadBy(other, wanted)) : undefined;
    const start =
      reader === undefined
        ? await startAfter(route, { wanted, before, stopped })
        : { at: null, reason: `stack ${reader.name} still reads it; where it stops is found out afterwards` };
    starting.push({ route: route.name, ...start });
    if (start.at !== null) changed.set(name, { ...route, startingTimestamp: Date.parse(start.at) / 1000 });
  }
  if (changed.size === 0) return { routes, stacks, starting };
  const filled = {
    ...routes,
    routes: routes.routes.map((route) => changed.get(stackOf(route)) ?? route),
  };
  const only = new Set(changed.keys());
  return {
    routes: filled,
    starting,
    stacks: await replaceStacks({ stacks, synthesize }, { routes: filled, only }),
  };
}

/** If not, CloudFormation replaces the mapping. */
function readsAlike(one: StreamMapping, other: StreamMapping): boolean {
  return one.streamArn === other.streamArn && one.consumer === other.consumer;
}

function isReadBy({ template }: Stack, { streamArn, functionName }: StreamMapping): boolean {
  const mapping = readMapping(template);
  return mapping?.streamArn === streamArn && mapping.functionName === functionName;
}

/** The starting position of an existing mapping cannot change. */
function asDeployed(route: Route, { startingPosition, startingTimestamp }: StreamMapping): Route {
  const { startingTimestamp: _, ...rest } = route;
  return startingTimestamp === undefined
    ? { ...rest, startingPosition: startingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON' }
    : { ...rest, startingTimestamp };
}
