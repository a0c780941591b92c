import { isDeepStrictEqual } from 'node:util';
import { type Deployment, isSameFunction } from '@xacct/local';

/** What an update changed, in the names of routes and functions. */
export interface AssemblyChange {
  added: string[];
  changed: string[];
  removed: string[];
  /** How many routes are as they were. */
  unchanged: number;
  /** Functions of the source account that were made, changed or deleted. */
  functions: string[];
  /** ARNs of the functions that stayed as they are, for routes that did not. */
  reroutedFunctions: string[];
}

export function compareDeployments(before: Deployment, after: Deployment): AssemblyChange {
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

/** Each route with all that is deployed of it alone, by the id of its mapping. */
function routesById({ deployed, routes }: Deployment) {
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

function changedFunctions({ deployed: before }: Deployment, { deployed: after }: Deployment): string[] {
  const arns = new Set([...before.functions.keys(), ...after.functions.keys()]);
  return [...arns].filter((arn) => {
    const [old, now] = [before.functions.get(arn), after.functions.get(arn)];
    return old === undefined || now === undefined || !isSameFunction(old, now);
  });
}
