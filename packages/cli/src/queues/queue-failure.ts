import { CommandFailure } from '../terminal/command-failure.ts';

/** Says what could not be done with a queue, and the mend where it is known. */
export function queueFailure(error: unknown, what: string, queueUrl: string): CommandFailure {
  const { name, message, code } = error as Error & { code?: string };
  const [account = '', queue = ''] = new URL(queueUrl).pathname.slice(1).split('/');
  // Where several addresses refuse a connection, the error has a code and no message.
  const reason = message === '' ? (code ?? name) : `${name}: ${message}`;
  const mend = mendOf(name, account);
  return new CommandFailure(
    `Cannot ${what} ${queue} of account ${account}: ${reason}${mend === '' ? '' : `. ${mend}`}`,
  );
}

function mendOf(name: string, account: string): string {
  if (name === 'CredentialsProviderError')
    return `Give credentials of account ${account}, as for the AWS CLI, or --profile`;
  if (/^Expired/.test(name)) return 'Get new credentials';
  if (/^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/.test(name))
    return "Is the route's stack deployed, and are the credentials those of its account?";
  if (/^AccessDenied/.test(name))
    return `See "What it takes" in docs/operating.md for the permissions, in account ${account}`;
  return '';
}
