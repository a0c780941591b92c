import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import { CommandFailure } from '../terminal/command-failure.ts';

/** Reports what could not be done in a bucket, with a fix where one is known. */
export function bucketFailure(error: unknown, what: string, bucket: string): CommandFailure {
  const failure = describeFailure(error, 'the source account', (name) => {
    if (name === 'NoSuchBucket')
      return "Is the forwarder's stack deployed, and are the credentials those of its account?";
    return isDenied(name) ? 'See "What it takes" in docs/operating.md for the permissions' : undefined;
  });
  return new CommandFailure(`Cannot ${what} bucket ${bucket}: ${failure}`);
}
