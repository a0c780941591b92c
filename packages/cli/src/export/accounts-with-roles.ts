import { accountsWithRole, type Routes } from '@xacct/core';

/** The accounts in which a role is made, in the order of the file. An existing role belongs to its owner. */
export function accountsWithRoles({ routes }: Routes): string[] {
  return [...new Set(routes.flatMap(accountsWithRole))];
}
