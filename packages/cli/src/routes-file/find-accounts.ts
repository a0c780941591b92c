import { accountIds } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/**
 * The accounts that a person means by names of accounts and groups, or by 12 digits.
 *
 * @param text of the routes file
 * @throws {CommandFailure} for the first that the file does not know
 */
export function findAccounts(text: string, wanted: readonly string[], file: string): Set<string> {
  return new Set(
    wanted.flatMap((name) => {
      const ids = accountIds(text, name)?.ids;
      if (ids !== undefined) return ids;
      throw new CommandFailure(
        `${file} has no account or group "${name}", expected a name from it or 12 digits`,
        2,
      );
    }),
  );
}
