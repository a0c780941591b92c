import { decodeRoute, type StoredRoute, StoredRouteError } from '@xacct/core';
import { resourcesOf, type Stack } from './stack.ts';

/** The route that the parameters of its stack hold; undefined where another version wrote them. */
export function storedRoute(stack: Stack | undefined): StoredRoute | undefined {
  if (stack === undefined) return undefined;
  const parameters = resourcesOf(stack)
    .filter(([, { Type }]) => Type === 'AWS::SSM::Parameter')
    .map(([, { Properties }]) => String(Properties?.Value))
    .toSorted((one, other) => partOf(one) - partOf(other));
  try {
    return decodeRoute(parameters);
  } catch (error) {
    if (error instanceof StoredRouteError) return undefined;
    throw error;
  }
}

/** A value starts with `xacct/1 <revision> <part>/<parts>`. */
function partOf(value: string): number {
  return Number.parseInt(value.split(' ')[2] ?? '0', 10);
}
