import type { Routes } from '@xacct/core';
import { rolesOfStored, targetStacksIn } from '@xacct/core/rollout';
import { describeAccountFailure } from '../aws/describe-failure.ts';
import { withStacksClient } from '../aws/stacks-client.ts';
import { deployedRoutes } from '../rollout/deployed-routes.ts';
import { quietMs } from '../rollout/quiet-time.ts';
import { knownAccounts, regionsOf } from '../stacks/known-accounts.ts';
import { sinceLastChange } from '../stacks/last-change.ts';
import { type DeployedStacks, readDeployed } from '../stacks/read-deployed.ts';
import { forwarderOf, kindOf, type Stack } from '../stacks/stack.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { deleteStack } from './delete-stack.ts';

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
  const { stacks: deployed, unreadable } = await readBoth(options);
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
  const waitMs =
    quietMs(routes, deployed) -
    (await sinceLastChange(routes, quietMs(routes, deployed), profile).catch(() => 0));
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new CommandFailure(
      `Nothing is deleted: forwarders may use an earlier route for ${seconds} s. Try again then`,
    );
  }
  await agree(left.map(({ name }) => name));
  if (signal.aborted) throw new CommandFailure('Interrupted; nothing is deleted');
  for (const stack of left) await deleteOne(stack, options);
  return left.map(({ name }) => name);
}

/** What is deployed in the source account and in the other, which only the stacks of forwarders may still name. */
async function readBoth({ routes, account, profile }: DestroyAccountOptions): Promise<DeployedStacks> {
  const { source } = routes;
  const first = await readDeployed(routes, [source.account], profile);
  if (account === source.account) return first;
  const accountRegions = { ...regionsOf(knownAccounts(first.stacks)), ...routes.accountRegions };
  const rest = await readDeployed({ ...routes, accountRegions }, [account], profile);
  return {
    stacks: [...first.stacks, ...rest.stacks],
    unreadable: [...first.unreadable, ...rest.unreadable],
  };
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

async function deleteOne(
  { name, account, region }: Stack,
  { routes: { source }, profile, signal }: DestroyAccountOptions,
): Promise<void> {
  try {
    await withStacksClient({ source, account, region, role: 'deploy', profile }, (client) =>
      deleteStack(client, { name, id: name }, signal),
    );
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(
      `Cannot delete stack ${name}: ${describeAccountFailure(error, account, source)}`,
    );
  }
}
