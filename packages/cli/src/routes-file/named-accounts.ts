import { accountIds, type NamedAccounts } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/**
 * The accounts that an export is for.
 *
 * @param text of the routes file
 * @throws {CommandFailure} where the file does not know the name
 */
export function namedAccounts(text: string, wanted: string, file: string): NamedAccounts {
  const named = accountIds(text, wanted);
  if (named !== undefined) return named;
  throw new CommandFailure(
    `${file} has no account or group "${wanted}", expected a name from "accounts" or "groups", or 12 digits`,
    2,
  );
}
