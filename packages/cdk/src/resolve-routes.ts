import { type Forwarder, type Problem, parseRoutesValue, type Routes } from '@xacct/core';
import { sortRoutes } from '@xacct/infra/resources';
import type { LateNames } from './late-names.ts';
import { PROPS, type RouteEntry, type RoutesFile } from './routes-file.ts';

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
  { path, forwarderName, late }: { path: string; forwarderName: string; late: LateNames },
): ResolvedRoutes {
  const isEmpty = file.routes.length === 0;
  const entries = isEmpty ? [standIn(forwarderName, file.source)] : file.routes;
  const { routes, problems } = parseRoutesValue(withoutUndefined({ ...file, routes: entries }));
  const messageOf = (problem: Problem) => `${path}: ${late.describe(messageFor(problem, entries))}`;
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
  const own = isEmpty ? [] : restored.routes.filter((route) => route.forwarder === forwarderName);
  return {
    routes: sortRoutes({ ...restored, forwarders: [forwarder], routes: own }),
    forwarder,
    warnings: isEmpty ? [] : problems.map((problem) => ({ code: problem.code, message: messageOf(problem) })),
  };
}

/** For the settings of a forwarder without routes: a file has one at least. */
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

/** A message in the words of the props, with the name of the route in place of its line. */
function messageFor({ path, message, hint }: Problem, entries: readonly RouteEntry[]): string {
  const nameOf = (index: number) => entries[index]?.name ?? entries[index]?.stream ?? '';
  const [, index, inRoute] = /^routes\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
  const option = (inRoute ?? path).replace(/^forwarders\.[^.]+\.?/, '');
  const prop = PROPS[option] ?? option.replace(/\w+$/, (name) => PROPS[name] ?? name);
  const where = [index === undefined ? '' : `route "${nameOf(Number(index))}"`, prop].filter(
    (part) => part !== '',
  );
  const text = message.replace(
    /at line (\d+)|\(line (\d+)\)/g,
    (_, at, line) => `in route "${nameOf(Number(at ?? line) - 1)}"`,
  );
  return `${[where.join(', '), text].filter((part) => part !== '').join(': ')}${hint === null ? '' : `; ${hint}`}`;
}
