import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import { CommandFailure } from '../terminal/command-failure.ts';

/** Reports what could not be done with a queue, with a fix where one is known. */
export function queueFailure(error: unknown, what: string, queueUrl: string): CommandFailure {
  const [account = '', queue = ''] = new URL(queueUrl).pathname.slice(1).split('/');
  const failure = describeFailure(error, `account ${account}`, (name) => {
    if (/^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/.test(name))
      return "Is the route's stack deployed, and are the credentials those of its account?";
    return isDenied(name)
      ? `See "What it takes" in docs/operating.md for the permissions, in account ${account}`
      : undefined;
  });
  return new CommandFailure(`Cannot ${what} ${queue} of account ${account}: ${failure}`);
}
