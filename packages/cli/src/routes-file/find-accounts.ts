import { accountIds, type NamedAccounts } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';

/**
 * The accounts that a person means by names of accounts and groups, or by 12 digits.
 *
 * @param text of the routes file
 * @throws {CommandFailure} for the first name that the file does not have
 */
export function findAccounts(text: string, wanted: readonly string[], file: string): Set<string> {
  return new Set(wanted.flatMap((name) => namedAccounts(text, name, file).ids));
}

/**
 * Finds the accounts of one name, and what kind of name it is.
 *
 * @throws {CommandFailure} where the file does not have the name
 */
export function namedAccounts(text: string, wanted: string, file: string): NamedAccounts {
  const named = accountIds(text, wanted);
  if (named !== undefined) return named;
  throw new CommandFailure(
    `${file} has no account or group "${wanted}", expected a name from "accounts" or "groups", or 12 digits`,
    2,
  );
}
