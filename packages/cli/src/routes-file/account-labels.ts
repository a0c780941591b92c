import { accountIds, functionFromArn, knownNames } from '@xacct/core';

/** How accounts and functions are shown to a person: by their names in the routes file, and by their IDs. */
export interface AccountLabels {
  /** `billing (222222222222)` */
  account(id: string): string;
  /** `billing/ledger (222222222222)` */
  target(functionArn: string): string;
}

/** @param text of a valid routes file */
export function accountLabels(text: string): AccountLabels {
  const names = accountNames(text);
  return {
    account(id) {
      const name = names.get(id);
      return name === undefined ? id : `${name} (${id})`;
    },
    target(functionArn) {
      const { account, qualifiedName } = functionFromArn(functionArn);
      const name = names.get(account);
      return name === undefined ? `${account}/${qualifiedName}` : `${name}/${qualifiedName} (${account})`;
    },
  };
}

/**
 * The names that a routes file gives to accounts, by their IDs.
 *
 * @param text of a valid routes file
 */
export function accountNames(text: string): Map<string, string> {
  return new Map(knownNames(text).accounts.map((name) => [accountIds(text, name)?.ids[0] ?? '', name]));
}

/** A target without the names of the routes file: account/function, with the region where it is not the source's. */
export function targetLabel(functionArn: string, sourceRegion: string): string {
  const { region, account, qualifiedName } = functionFromArn(functionArn);
  return `${account}/${qualifiedName}${region === sourceRegion ? '' : ` (${region})`}`;
}
