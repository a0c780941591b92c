import { type Forwarder, few, type Route, type Routes } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/** How many names a message lists. */
const MOST_NAMES = 10;

/**
 * The route of a name.
 *
 * @throws {CommandFailure} where the file has none of that name
 */
export function findRoute({ routes }: Pick<Routes, 'routes'>, name: string, file: string): Route {
  return findNamed(routes, name, `${file} has no route`);
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
  return findNamed(forwarders, name, `${file} has no forwarder`);
}

/**
 * The first of a name.
 *
 * @param problem the start of the message where there is none
 * @throws {CommandFailure} where there is none
 */
export function findNamed<T extends { name: string }>(all: readonly T[], name: string, problem: string): T {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = [...new Set(all.map((one) => one.name))];
  throw new CommandFailure(`${problem} "${name}", expected one of ${few(names, MOST_NAMES)}`, 2);
}
