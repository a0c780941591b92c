import type { Routes } from '@xacct/core';
import { findAccounts } from '../routes-file/find-accounts.ts';
import { revisionOfAccounts } from '../stacks/role-revision.ts';
import { CommandFailure } from '../terminal/command-failure.ts';

export interface AssumedRevision {
  /** The routes file, for messages. */
  config: string;
  /** Accounts that are left out of the deployment. */
  withoutAccount: readonly string[];
  /** The revision that the user states for these accounts. */
  assumed: string;
}

/**
 * Compares the revision that the user states for the accounts left out with the one that the file asks for. Nothing is read
 * there.
 *
 * @throws {CommandFailure} where the file asks for other roles, or no account is left out
 */
export async function checkRevision(
  { routes, text }: { routes: Routes; text: string },
  { config, withoutAccount, assumed }: AssumedRevision,
): Promise<void> {
  if (withoutAccount.length === 0) {
    throw new CommandFailure('--assume-revision requires --without-account', 2);
  }
  const revision = await revisionOfAccounts(routes, findAccounts(text, withoutAccount, config));
  if (revision === assumed) return;
  throw new CommandFailure(
    `Nothing is deployed: ${config} asks for roles of revision ${revision} in ${withoutAccount.join(', ')}, and revision ${assumed} is there. First update the StackSet with what this writes: xacct export ${withoutAccount.join(' ')} --stackset`,
  );
}
