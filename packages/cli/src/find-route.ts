import type { Route, Routes } from '@xacct/core';
import { CommandFailure } from './command-failure.ts';

/** How many names a message lists. */
const MOST_NAMES = 10;

/**
 * The route of a name.
 *
 * @throws {CommandFailure} where the file has none of that name
 */
export function findRoute({ routes }: Pick<Routes, 'routes'>, name: string, file: string): Route {
  const found = routes.find((route) => route.name === name);
  if (found !== undefined) return found;
  const names = routes.slice(0, MOST_NAMES).map((route) => route.name);
  const more = routes.length > MOST_NAMES ? ` and ${routes.length - MOST_NAMES} more` : '';
  throw new CommandFailure(`${file} has no route "${name}", expected one of ${names.join(', ')}${more}`, 2);
}
