import type { Named, Route } from '../model/routes.ts';
import { namesOf } from '../names/names.ts';
import { parameterName, parameterPartName } from '../names/parameters.ts';
import { encodeRoute } from './stored-route.ts';

/** The names of the parameters that hold a route; a route that has no sound target counts as one parameter. */
export function parametersOf(routes: Named, route: Route): string[] {
  const first = parameterName(namesOf(routes).forwarder(route.forwarder).parameterPrefix, route.stream);
  const parts = route.targets.length === 0 ? 1 : encodeRoute(route).length;
  return Array.from({ length: parts }, (_, part) => parameterPartName(first, part));
}
