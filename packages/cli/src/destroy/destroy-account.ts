import type { Routes } from '@xacct/core';
import { rolesOfStored, targetStacksIn } from '@xacct/core/rollout';
import { deployedRoutes } from '../rollout/deployed-routes.ts';
import { quietMs } from '../rollout/quiet-time.ts';
import { readDeployedIn } from '../stacks/known-accounts.ts';
import { sinceLastChange } from '../stacks/last-change.ts';
import { forwarderOf, kindOf, type Stack } from '../stacks/stack.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { deleteStack, withDeletion } from './delete-stack.ts';

export interface DestroyAccountOptions {
  routes: Routes;
  account: string;
  profile: string | undefined;
  signal: AbortSignal;
  /** Called with the names of the stacks that are about to be deleted; if it rejects, they stay. */
  agree(stacks: readonly string[]): Promise<void>;
}

/**
 * Deletes the stacks of an account that no route needs any more.
 *
 * @throws {CommandFailure} where there are none, or something still uses them
 */
export async function destroyAccount(options: DestroyAccountOptions): Promise<string[]> {
  const { routes, account, profile, signal, agree } = options;
  const { stacks: deployed, unreadable } = await readDeployedIn(routes, () => [account], profile);
  const [unread] = unreadable;
  if (unread !== undefined) {
    throw new CommandFailure(`Cannot read the stacks of account ${unread.account}: ${unread.reason}`);
  }
  const inFile = new Set(targetStacksIn(routes, account));
  const left = deployed.filter(
    (stack) => stack.account === account && kindOf(stack) === 'target' && !inFile.has(stack.name),
  );
  if (left.length === 0) {
    const still =
      inFile.size === 0 ? '' : `; the file has targets there, for which ${[...inFile].join(', ')} stays`;
    throw new CommandFailure(`Account ${account} has no stack that no route of the file needs${still}`);
  }
  checkUnused(routes, left, deployed);
  const quiet = quietMs(routes, deployed);
  const waitMs = quiet - (await sinceLastChange(routes, quiet, profile).catch(() => 0));
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new CommandFailure(
      `Nothing is deleted: forwarders may use an earlier route for ${seconds} s. Try again then`,
    );
  }
  await agree(left.map(({ name }) => name));
  if (signal.aborted) throw new CommandFailure('Interrupted; nothing is deleted');
  const { source } = routes;
  for (const { name, account: owner, region } of left) {
    const place = { source, account: owner, region, role: 'deploy', profile } as const;
    await withDeletion(`stack ${name}`, place, (client) => deleteStack(client, { name, id: name }, signal));
  }
  return left.map(({ name }) => name);
}

/** A deployed route may still use what the file no longer asks for. */
function checkUnused(routes: Routes, left: readonly Stack[], deployed: readonly Stack[]): void {
  const inUse = deployedRoutes(routes, deployed, []);
  for (const stack of left) {
    const ofForwarder = inUse.filter(({ forwarder }) => forwarder === forwarderOf(stack));
    const unknown = ofForwarder.filter(({ stored }) => stored === undefined).map(({ name }) => name);
    const users = rolesOfStored(routes, ofForwarder)
      .filter(({ account }) => account === stack.account)
      .map(({ route }) => route);
    const [user] = [...users, ...unknown];
    if (user === undefined) continue;
    throw new CommandFailure(
      `Nothing is deleted: route "${user}", as it is deployed, still sends to account ${stack.account} by stack ${stack.name}. First: xacct deploy`,
    );
  }
}
