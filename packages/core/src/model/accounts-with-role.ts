import type { Route } from './routes.ts';

/** The accounts in which a role is generated for a route, in the order of its targets. */
export function accountsWithRole({ targets }: Pick<Route, 'targets'>): string[] {
  return [...Map.groupBy(targets, ({ account }) => account)]
    .filter(([, inAccount]) => inAccount.some(({ hasGeneratedRole }) => hasGeneratedRole))
    .map(([account]) => account);
}
