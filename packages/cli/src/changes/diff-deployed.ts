import { type AccountLabels, accountLabels } from '../routes-file/account-labels.ts';
import { findAccounts } from '../routes-file/find-accounts.ts';
import { readDeployedIn, withKnownAccounts } from '../stacks/known-accounts.ts';
import { type AssemblyStack, readAssemblyStacks } from '../stacks/read-assembly-stacks.ts';
import { asCloudFormationReturns, type UnreadableAccount } from '../stacks/read-deployed.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Synthesized } from '../stacks/with-synthesized.ts';
import type { StartingTime } from '../starting-times/start-after.ts';
import { stoppedMappings } from '../starting-times/stopped-mappings.ts';
import { withStartingTimes } from '../starting-times/with-starting-times.ts';
import { step } from '../terminal/progress.ts';
import { diffRoutes, type RoutesDiff } from './diff-routes.ts';

export interface DeployedDiff extends Pick<Synthesized, 'routes' | 'synthesize'> {
  diff: RoutesDiff;
  /** The stacks of the file, without those of accounts that others deploy. */
  stacks: readonly AssemblyStack[];
  /** Where new mappings with `startingPosition: AT_TIMESTAMP` start. */
  starting: StartingTime[];
  /** What is deployed, or what an earlier assembly holds. */
  deployed: readonly Stack[];
  /** Whether an account is left to its owner. */
  isLeft(account: string): boolean;
  labels: AccountLabels;
  /** Accounts that were left out, since what is deployed there could not be read. */
  unreadable: UnreadableAccount[];
  /** The same for accounts that the file no longer names, where a stack may be left. */
  unseen: UnreadableAccount[];
}

export interface DiffOptions {
  /** The routes file, for messages. */
  config: string;
  /** Accounts that are left out. */
  withoutAccount: readonly string[];
  /** The folder of an earlier assembly, to compare with instead of what is deployed. */
  from?: string;
  profile?: string;
}

/**
 * Compares synthesized stacks with what is deployed.
 *
 * @throws {CommandFailure} where an account is not known, or a folder holds no assembly
 */
export async function diffDeployed(
  { routes, text, stacks: all, synthesize }: Synthesized,
  { config, withoutAccount, from, profile }: DiffOptions,
): Promise<DeployedDiff> {
  const labels = accountLabels(text);
  const without = findAccounts(text, withoutAccount, config);
  const isLeft = (account: string) => without.has(account);
  const stacks = all.filter(({ account }) => !isLeft(account));
  const described = { synthesize, isLeft, labels };
  if (from !== undefined) {
    const before = (await readAssemblyStacks(from)).filter(({ account }) => !isLeft(account));
    const all = { routes, stacks, synthesize, deployed: before, stopped: undefined };
    const started = await withStartingTimes(all);
    const diff = diffRoutes(before, started.stacks, labels);
    return { ...described, ...started, diff, deployed: before, unreadable: [], unseen: [] };
  }
  const { account: sourceAccount } = routes.source;
  const inFile = new Set(stacks.map(({ account }) => account));
  const { stacks: found, unreadable: unread } = await step(
    'Reading what is deployed',
    () => {
      const others = (named: string[]) => [...inFile, ...named.filter((account) => !isLeft(account))];
      return readDeployedIn(routes, others, profile);
    },
    (read) => {
      const left = read.unreadable.length;
      const where = left === 0 ? '' : `, as far as accounts can be read (${left} cannot)`;
      return `${read.stacks.length} of its stacks are deployed${where}`;
    },
  );
  const isUnread = (account: string) => unread.some((other) => other.account === account);
  const isAsked = ({ account }: UnreadableAccount) => account === sourceAccount || inFile.has(account);
  const stopped = isUnread(sourceAccount) ? undefined : stoppedMappings(routes, profile);
  const started = await withStartingTimes({ routes, stacks, synthesize, deployed: found, stopped });
  const complete = await withKnownAccounts({ ...described, ...started, deployed: found, isUnread });
  const compared = complete.stacks.filter(({ account }) => !isUnread(account)).map(asCloudFormationReturns);
  return {
    ...described,
    ...started,
    ...complete,
    diff: diffRoutes(found, compared, labels),
    deployed: found,
    unreadable: unread.filter(isAsked),
    unseen: unread.filter((account) => !isAsked(account)),
  };
}
