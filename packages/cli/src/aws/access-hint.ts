import type { Source } from '@xacct/core';
import { bootstrapCommand } from './bootstrap-command.ts';

/** Why an account cannot be reached, and the mend where it is known. */
export function accessMend(error: Error & { code?: string }, account: string, source: Source): string {
  const { name, message, code } = error;
  // Where several addresses refuse a connection, the error has a code and no message.
  const reason = message === '' ? (code ?? name) : `${name}: ${message}`;
  const mend = mendOf(name, account, source);
  return mend === undefined ? reason : `${reason}. ${mend}`;
}

function mendOf(name: string, account: string, source: Source): string | undefined {
  if (name === 'CredentialsProviderError')
    return `Give credentials of account ${source.account}, as for the AWS CLI, or --profile`;
  if (/^Expired/.test(name)) return 'Get new credentials';
  if (/^AccessDenied/.test(name)) {
    return `If the account is not bootstrapped, or does not trust the current account, run with credentials of ${account}: ${bootstrapCommand(account, source)}`;
  }
  return undefined;
}
