import { createHash } from 'node:crypto';
import type { Routes } from '@xacct/core';
import type { TargetTemplate } from '@xacct/infra';

/** A hash of the roles that a routes file makes in some accounts: it changes with any role, policy, trust or tag. */
export function revisionOf(templates: readonly Pick<TargetTemplate, 'account' | 'roles'>[]): string {
  const byAccount = templates
    .map(({ account, roles }) => [account, Object.fromEntries(roles)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(byAccount)).digest('hex').slice(0, 16);
}

export async function revisionOfAccounts(routes: Routes, accounts: Iterable<string>): Promise<string> {
  const { targetTemplates } = await import('@xacct/infra');
  return revisionOf(await targetTemplates(routes, [...accounts]));
}
