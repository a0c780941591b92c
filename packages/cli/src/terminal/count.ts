import type { Routes } from '@xacct/core';

/** A number with its noun: `1 route`, `3 routes`; `1 policy`, `3 policies`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** What a routes file holds, in a few words. */
export function describeRoutes({ routes }: Routes): string {
  const targets = routes.flatMap((route) => route.targets);
  const accounts = new Set(targets.map(({ account }) => account));
  return `${count(routes.length, 'route')}, ${count(targets.length, 'target')} in ${count(accounts.size, 'account')}`;
}
