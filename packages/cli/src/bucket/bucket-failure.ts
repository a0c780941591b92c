import { CommandFailure } from '../terminal/command-failure.ts';

/** Says what could not be done in a bucket, and what to do about it where it is known. */
export function bucketFailure(error: unknown, what: string, bucket: string): CommandFailure {
  const { name, message, code } = error as Error & { code?: string };
  // Where several addresses refuse a connection, the error has a code and no message.
  const reason = message === '' ? (code ?? name) : `${name}: ${message}`;
  const advice = adviceFor(name);
  return new CommandFailure(
    `Cannot ${what} bucket ${bucket}: ${reason}${advice === '' ? '' : `. ${advice}`}`,
  );
}

function adviceFor(name: string): string {
  if (name === 'CredentialsProviderError')
    return 'Give credentials of the source account, as for the AWS CLI, or --profile';
  if (/^Expired/.test(name)) return 'Get new credentials';
  if (name === 'NoSuchBucket')
    return "Is the forwarder's stack deployed, and are the credentials those of its account?";
  if (/^AccessDenied/.test(name)) return 'See "What it takes" in docs/operating.md for the permissions';
  return '';
}
