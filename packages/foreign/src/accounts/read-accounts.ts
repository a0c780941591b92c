import { isDeepStrictEqual } from 'node:util';
import type { ForeignAws } from '../start-foreign-aws.ts';
import { type FoundResource, readAccount } from './read-account.ts';

/** What is in all accounts, by account and name: `111111111111 queue xacct-route-orders-retry`. */
export type Found = ReadonlyMap<string, FoundResource>;

export async function readAccounts(aws: ForeignAws): Promise<Found> {
  const found = await Promise.all(
    Array.from(aws.accounts, async ([id, clients]) => {
      const resources = await readAccount(clients);
      return resources.map((resource) => [`${id} ${resource.name}`, resource] as const);
    }),
  );
  return new Map(found.flat());
}

/** To compare with `expectedResources`. */
export function contentsOf(found: Found): Map<string, unknown> {
  return new Map(Array.from(found, ([name, { content }]) => [name, content]));
}

export interface Changes {
  added: string[];
  /** Also what was made anew as it was, or gone over without a change. */
  changed: string[];
  removed: string[];
}

export function changesBetween(before: Found, after: Found): Changes {
  const names = (found: Found, isOne: (name: string) => boolean) => [...found.keys()].filter(isOne).sort();
  return {
    added: names(after, (name) => !before.has(name)),
    changed: names(
      after,
      (name) => before.has(name) && !isDeepStrictEqual(before.get(name), after.get(name)),
    ),
    removed: names(before, (name) => !after.has(name)),
  };
}
