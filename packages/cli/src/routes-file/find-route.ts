import type { Forwarder, Route, Routes } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';
import { few } from '../terminal/count.ts';

/** How many names a message lists. */
const MOST_NAMES = 10;

/**
 * The route of a name.
 *
 * @throws {CommandFailure} where the file has none of that name
 */
export function findRoute({ routes }: Pick<Routes, 'routes'>, name: string, file: string): Route {
  return find(routes, 'route', name, file);
}

/**
 * The forwarder of a name.
 *
 * @throws {CommandFailure} where no route of the file has one of that name
 */
export function findForwarder(
  { forwarders }: Pick<Routes, 'forwarders'>,
  name: string,
  file: string,
): Forwarder {
  return find(forwarders, 'forwarder', name, file);
}

function find<T extends { name: string }>(all: readonly T[], what: string, name: string, file: string): T {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  throw new CommandFailure(`${file} has no ${what} "${name}", expected one of ${few(names, MOST_NAMES)}`, 2);
}
