import type { Named } from '@xacct/core';
import { ofSource } from '../aws/account-credentials.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { countKeptPaused, type KeptPaused } from './count-kept-paused.ts';
import { countQueues, type KeptQueue } from './count-queues.ts';
import { deleteStack, withDeletion } from './delete-stack.ts';
import { lookAtStack } from './look-at-stack.ts';

export interface DestroyOptions {
  routes: Named;
  route: string;
  profile: string | undefined;
  signal: AbortSignal;
  /** Called with what is about to be deleted, and what stays; if it rejects, nothing is deleted. */
  agree(stack: string, kept: Kept): Promise<void>;
}

/** What stays of a route. */
export interface Kept {
  queues: KeptQueue[];
  paused: KeptPaused;
}

/**
 * Deletes the stack of a route; its queues, and what is kept for paused targets, stay.
 *
 * @throws {CommandFailure} where it is not deleted
 */
export async function destroyRoute({
  routes,
  route,
  profile,
  signal,
  agree,
}: DestroyOptions): Promise<{ stack: string } & Kept> {
  const { source } = routes;
  const place = ofSource(source, 'deploy', profile);
  return withDeletion(`the stack of route "${route}"`, place, async (client) => {
    const stack = await lookAtStack(client, routes, route);
    const queues = await countQueues(routes, route, profile);
    const paused = await countKeptPaused(routes, { route, forwarder: stack.forwarder, profile, signal });
    if (signal.aborted) throw new CommandFailure('Interrupted; nothing is deleted');
    await agree(stack.name, { queues, paused });
    await deleteStack(client, stack, signal);
    return { stack: stack.name, queues, paused };
  });
}
