import type { Routes } from '@xacct/core';
import { count } from '../terminal/count.ts';

/** What a routes file holds, in a few words. */
export function describeRoutes({ routes }: Routes): string {
  const targets = routes.flatMap((route) => route.targets);
  const accounts = new Set(targets.map(({ account }) => account));
  return `${count(routes.length, 'route')}, ${count(targets.length, 'target')} in ${count(accounts.size, 'account')}`;
}
