import { accountIds, knownNames } from '@xacct/core';

/** The names that a routes file gives to accounts, by their numbers. */
export function accountNames(text: string): Map<string, string> {
  return new Map(knownNames(text).accounts.map((name) => [accountIds(text, name)?.ids[0] ?? '', name]));
}
