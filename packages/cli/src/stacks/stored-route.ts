import { decodeRoute, type StoredRoute, StoredRouteError } from '@xacct/core';
import { resourcesOfType, type Stack } from './stack.ts';

/** The route that the parameters of its stack hold; undefined where another version wrote them. */
export function storedRoute(stack: Stack | undefined): StoredRoute | undefined {
  if (stack === undefined) return undefined;
  const parameters = resourcesOfType(stack, 'AWS::SSM::Parameter')
    .map(({ Properties }) => String(Properties?.Value))
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
