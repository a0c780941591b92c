import { accountIds, knownNames } from '@xacct/core';
import { functionOf } from './target-label.ts';

/** How accounts and functions are told to a person: by their names in the routes file, and their numbers. */
export interface AccountLabels {
  /** `billing (222222222222)` */
  account(id: string): string;
  /** `billing/ledger (222222222222)` */
  target(functionArn: string): string;
}

/** @param text of a valid routes file */
export function accountLabels(text: string): AccountLabels {
  const names = new Map(
    knownNames(text).accounts.map((name) => [accountIds(text, name)?.ids[0] ?? '', name]),
  );
  return {
    account(id) {
      const name = names.get(id);
      return name === undefined ? id : `${name} (${id})`;
    },
    target(functionArn) {
      const account = functionArn.split(':')[4] ?? '';
      const name = names.get(account);
      return name === undefined
        ? `${account}/${functionOf(functionArn)}`
        : `${name}/${functionOf(functionArn)} (${account})`;
    },
  };
}
