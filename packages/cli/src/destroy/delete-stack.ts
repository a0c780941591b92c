import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import type { AccountCredentialsOptions } from '../aws/account-credentials.ts';
import { describeAccountFailure } from '../aws/describe-failure.ts';
import { withStacksClient } from '../aws/stacks-client.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { step } from '../terminal/progress.ts';
import type { RouteStack } from './look-at-stack.ts';

/** Deleting a mapping takes a minute or two; CloudFormation never waits an hour for one. */
const MOST_SECONDS = 3600;

/**
 * Runs some work with a client for the stacks of an account.
 *
 * @throws {CommandFailure} where AWS refuses a call, with what to do about it
 */
export async function withDeletion<T>(
  what: string,
  options: AccountCredentialsOptions,
  work: (client: CloudFormationClient) => Promise<T>,
): Promise<T> {
  try {
    return await withStacksClient(options, work);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = describeAccountFailure(error, options.account, options.source);
    throw new CommandFailure(`Cannot delete ${what}: ${reason}`);
  }
}

/**
 * Disables the termination protection of a stack, deletes it, and waits until it is gone.
 *
 * @throws {CommandFailure} where it is not, with CloudFormation's reason
 */
export async function deleteStack(
  client: CloudFormationClient,
  stack: RouteStack,
  signal: AbortSignal,
): Promise<void> {
  await step(
    `Deleting stack ${stack.name}`,
    () => deleteAndWait(client, stack, signal),
    () => `Stack ${stack.name} is deleted`,
  );
}

async function deleteAndWait(
  client: CloudFormationClient,
  { name, id }: RouteStack,
  signal: AbortSignal,
): Promise<void> {
  const protect = new UpdateTerminationProtectionCommand({
    StackName: name,
    EnableTerminationProtection: false,
  });
  await client.send(protect, { abortSignal: signal });
  await client.send(new DeleteStackCommand({ StackName: name }), { abortSignal: signal });
  const waiting = { client, maxWaitTime: MOST_SECONDS, minDelay: 3, maxDelay: 10, abortSignal: signal };
  try {
    await waitUntilStackDeleteComplete(waiting, { StackName: id });
  } catch (cause) {
    if (signal.aborted) {
      throw new CommandFailure(`Interrupted; CloudFormation goes on to delete stack ${name}`);
    }
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: id }));
    const reason = stack?.StackStatusReason ?? (cause as Error).message;
    throw new CommandFailure(`Stack ${name} is not deleted: ${stack?.StackStatus}: ${reason}`);
  }
}
