import { functionFromArn } from '@xacct/core';

/** How targets and times are written. */
export interface Wording {
  labelOf(functionArn: string): string;
  /** When something happened: ISO 8601 in and, for example, how long ago out. */
  timeOf(at: string): string;
}

/** @returns `billing/ledger`, or with the account's ID as well */
export function labelsOf(
  accountNames: Readonly<Record<string, string>>,
  withIds: boolean,
): Wording['labelOf'] {
  return (functionArn) => {
    const { account, qualifiedName } = functionFromArn(functionArn);
    const name = accountNames[account];
    if (name === undefined) return `${account}/${qualifiedName}`;
    return withIds ? `${name}/${qualifiedName} (${account})` : `${name}/${qualifiedName}`;
  };
}
