import { type Forwarder, type Problem, parseRoutesValue, type Route, type Routes } from '@xacct/core';
import { sortRoutes } from '@xacct/infra/resources';
import type { ForwarderContext } from './forwarder-context.ts';
import { problemMessage } from './problem-message.ts';
import type { RouteEntry, RoutesFile } from './routes-file.ts';

/** What a forwarder is made of. */
export interface ResolvedRoutes {
  /** Only those of the forwarder. */
  routes: Routes;
  forwarder: Forwarder;
  warnings: Warning[];
}

export interface Warning {
  /** The kind of mistake, as core names it. */
  code: string;
  message: string;
}

/**
 * Fills in every default and checks everything, as for a routes file.
 *
 * @param path of the forwarder, for messages
 * @throws {Error} with every mistake
 */
export function resolveRoutes(
  file: RoutesFile,
  { path, forwarderName, late, read }: ForwarderContext,
): ResolvedRoutes {
  const isEmpty = file.routes.length === 0;
  const entries = isEmpty ? [standIn(forwarderName, file.source)] : file.routes;
  const { routes, problems } = parseRoutesValue(withoutUndefined({ ...file, routes: entries }));
  const known = { entries, ofFile: read?.file.routes.length ?? 0, fileName: read?.fileName };
  const messageOf = (problem: Problem) => `${path}: ${late.describe(problemMessage(problem, known))}`;
  if (routes === undefined) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    throw new Error(errors.map(messageOf).join('\n'));
  }
  const restored = late.restore(routes);
  const forwarder = restored.forwarders.find(({ name }) => name === forwarderName);
  if (forwarder === undefined) {
    const names = restored.forwarders.map(({ name }) => `"${name}"`).join(', ');
    throw new Error(
      `${path}: no route of the file has forwarder "${forwarderName}", only ${names}: pass one of these as \`forwarderName\``,
    );
  }
  const isOwn = (route: Route | undefined) => route?.forwarder === forwarderName;
  // Another forwarder of the file warns about its own routes.
  const warnings = problems.filter(({ path: place }) => {
    const [, index] = /^routes\[(\d+)\]/.exec(place) ?? [];
    return index === undefined || isOwn(restored.routes[Number(index)]);
  });
  const own = isEmpty ? [] : restored.routes.filter(isOwn);
  return {
    routes: sortRoutes({ ...restored, forwarders: [forwarder], routes: own }),
    forwarder,
    warnings: isEmpty ? [] : warnings.map((problem) => ({ code: problem.code, message: messageOf(problem) })),
  };
}

/** A route for a forwarder without routes, whose settings are checked: a file has at least one route. */
function standIn(forwarder: string, { account }: RoutesFile['source']): RouteEntry {
  const target = { account, function: 'none', hasFailureDestination: true };
  return { stream: 'none', forwarder, targets: [target] };
}

/** An option that is undefined is not in a file. */
function withoutUndefined(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutUndefined);
  if (typeof part !== 'object' || part === null) return part;
  const set = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([key, value]) => [key, withoutUndefined(value)]));
}
