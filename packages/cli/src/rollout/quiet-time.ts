import { type Routes, routeCache } from '@xacct/core';
import { functionOf, type Stack } from '../stacks/stack.ts';

/**
 * How long an environment may use a route after another one is stored: the lifetime of a route that it read just before,
 * and an invocation that begins at the end of that time and lasts as long as it may.
 */
export function quietMs({ forwarders }: Pick<Routes, 'forwarders'>, deployed: readonly Stack[]): number {
  const timeouts = deployed
    .flatMap((stack) => functionOf(stack) ?? [])
    .map(({ Properties }) => Number(Properties?.Timeout ?? 0));
  const seconds = Math.max(...timeouts, ...forwarders.map(({ timeoutSeconds }) => timeoutSeconds));
  return routeCache.lifetimeMs + seconds * 1000;
}
