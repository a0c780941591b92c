import { decodeRoute, type StoredRoute, StoredRouteError } from '@xacct/core';
import { resourcesOfType, type Stack } from './stack.ts';

/** The route that the parameters of its stack hold; undefined where another version wrote them. */
export function storedRoute(stack: Stack | undefined): StoredRoute | undefined {
  if (stack === undefined) return undefined;
  const parameters = routeParameters(stack).map(({ value }) => value);
  try {
    return decodeRoute(parameters);
  } catch (error) {
    if (error instanceof StoredRouteError) return undefined;
    throw error;
  }
}

/** The parameters that hold a route, in order. The first is the one by which the forwarder finds it. */
export function routeParameters(stack: Stack): { name: string; value: string }[] {
  return resourcesOfType(stack, 'AWS::SSM::Parameter')
    .map(({ Properties }) => ({ name: String(Properties?.Name), value: String(Properties?.Value) }))
    .toSorted(({ name }, other) => name.length - other.name.length || (name < other.name ? -1 : 1));
}
