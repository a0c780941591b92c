import type { Source } from '@xacct/core';
import { bootstrapCommand } from './bootstrap-command.ts';

/** @param owner whose credentials a call needs, such as `account 111111111111` */
export function giveCredentials(owner: string): string {
  return `Give credentials of ${owner}, as for the AWS CLI, or --profile`;
}

export const RENEW_CREDENTIALS = 'Get new credentials';

/**
 * The error of a call to AWS, and what to do about it where that is known.
 *
 * @param owner whose credentials the call needs, such as `account 111111111111`
 * @param hintFor what to do about an error of this name, other than missing and expired credentials
 */
export function describeFailure(
  error: unknown,
  owner: string,
  hintFor: (name: string) => string | undefined,
): string {
  const { name, message, code } = error as Error & { code?: string };
  // Where several addresses refuse a connection, the error has a code and no message.
  const reason = message === '' ? (code ?? name) : `${name}: ${message}`;
  const hint = credentialsHint(name, owner) ?? hintFor(name);
  return hint === undefined ? reason : `${reason}. ${hint}`;
}

function credentialsHint(name: string, owner: string): string | undefined {
  if (name === 'CredentialsProviderError') return giveCredentials(owner);
  return name.startsWith('Expired') ? RENEW_CREDENTIALS : undefined;
}

/** The error of a call with a role of an account's bootstrap stack. */
export function describeAccountFailure(error: unknown, account: string, source: Source): string {
  return describeFailure(error, `account ${source.account}`, (name) =>
    isDenied(name)
      ? `If the account is not bootstrapped, or does not trust the current account, run with credentials of ${account}: ${bootstrapCommand(account, source)}`
      : undefined,
  );
}

/** Services name it `AccessDenied` or `AccessDeniedException`. */
export function isDenied(name: string): boolean {
  return name.startsWith('AccessDenied');
}
