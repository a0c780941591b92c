import { isDeepStrictEqual } from 'node:util';
import { type Deployed, isSameFunction } from '@xacct/local';
import type { DeployedRoute } from './deployed-routes.ts';

/** An assembly as it is deployed, with its routes in the order of the mappings of streams. */
export interface RoutedAssembly {
  deployed: Deployed;
  routes: readonly DeployedRoute[];
}

/** What an update changed, in the names of routes and functions. */
export interface AssemblyChange {
  added: string[];
  changed: string[];
  removed: string[];
  /** Number of routes that did not change. */
  unchanged: number;
  /** Names of the deployed functions that were created, changed or deleted. */
  functions: string[];
  /** ARNs of unchanged functions that have a route whose stored form changed. */
  reroutedFunctions: string[];
}

export function compareRoutes(before: RoutedAssembly, after: RoutedAssembly): AssemblyChange {
  const [from, to] = [routesById(before), routesById(after)];
  const kept = [...to].filter(([id]) => from.has(id));
  const isChanged = ([id, route]: (typeof kept)[number]) => !isDeepStrictEqual(route, from.get(id));
  const changed = kept.filter(isChanged);
  const functions = changedFunctions(before, after);
  const isStored = ([id, { route }]: (typeof kept)[number]) => isDeepStrictEqual(route, from.get(id)?.route);
  const rerouted = changed.filter((entry) => !isStored(entry)).map(([, { route }]) => route.forwarderArn);
  return {
    added: [...to].filter(([id]) => !from.has(id)).map(nameOf),
    changed: changed.map(nameOf),
    removed: [...from].filter(([id]) => !to.has(id)).map(nameOf),
    unchanged: kept.length - changed.length,
    functions: functions.map((arn) => arn.slice(arn.lastIndexOf(':') + 1)),
    reroutedFunctions: [...new Set(rerouted)].filter((arn) => !functions.includes(arn)),
  };
}

/** Each route with its mapping, by the mapping's id. */
function routesById({ deployed, routes }: RoutedAssembly) {
  return new Map(
    deployed.mappings.flatMap((mapping, index) => {
      const route = routes[index];
      return route === undefined ? [] : [[mapping.id, { route, mapping }]];
    }),
  );
}

function nameOf([, { route }]: [string, { route: { name: string } }]): string {
  return route.name;
}

function changedFunctions(
  { deployed: before }: RoutedAssembly,
  { deployed: after }: RoutedAssembly,
): string[] {
  const arns = new Set([...before.functions.keys(), ...after.functions.keys()]);
  return [...arns].filter((arn) => {
    const [old, now] = [before.functions.get(arn), after.functions.get(arn)];
    return old === undefined || now === undefined || !isSameFunction(old, now);
  });
}
