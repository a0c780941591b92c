import { asCloudFormationTells, readDeployed, type UnreadableAccount } from '../aws/read-deployed.ts';
import { findAccounts } from '../find-accounts.ts';
import { step } from '../render/progress.ts';
import type { Assembly } from '../rollout/progress.ts';
import { readAssemblyStacks } from '../stacks/read-assembly-stacks.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Synthesized } from '../with-synthesized.ts';
import { type AccountLabels, accountLabels } from './account-labels.ts';
import { diffRoutes, type RoutesDiff } from './diff-routes.ts';

export interface DeployedDiff {
  diff: RoutesDiff;
  /** Those of the file that are not left to others. */
  assembly: Assembly;
  /** What is deployed, or what an earlier assembly holds. */
  deployed: readonly Stack[];
  /** Whether an account is left to its owner. */
  isLeft(account: string): boolean;
  labels: AccountLabels;
  /** Accounts that were left out, since what is deployed there could not be read. */
  unreadable: UnreadableAccount[];
}

export interface DiffOptions {
  /** The routes file, for messages. */
  config: string;
  /** Accounts that are left out. */
  withoutAccount: readonly string[];
  /** The folder of an earlier assembly, in place of what is deployed. */
  from?: string;
  profile?: string;
}

/**
 * Compares synthesized stacks with what is deployed.
 *
 * @throws {CommandFailure} where an account is not known, or a folder holds no assembly
 */
export async function diffDeployed(
  { routes, text, assembly: all }: Synthesized,
  { config, withoutAccount, from, profile }: DiffOptions,
): Promise<DeployedDiff> {
  const labels = accountLabels(text);
  const without = findAccounts(text, withoutAccount, config);
  const isLeft = (account: string) => without.has(account);
  const stacks = all.stacks.filter(({ account }) => !isLeft(account));
  const described = { assembly: { ...all, stacks }, isLeft, labels };
  if (from !== undefined) {
    const before = (await readAssemblyStacks(from)).filter(({ account }) => !isLeft(account));
    return { ...described, diff: diffRoutes(before, stacks, labels), deployed: before, unreadable: [] };
  }
  const accounts = [...new Set([routes.source.account, ...stacks.map(({ account }) => account)])];
  const { stacks: deployed, unreadable } = await step(
    'Reading what is deployed',
    () => readDeployed(routes, accounts, profile),
    ({ stacks: found, unreadable: left }) => {
      const where = left.length === 0 ? '' : `, as far as accounts can be read (${left.length} cannot)`;
      return `${found.length} of its stacks are deployed${where}`;
    },
  );
  const left = new Set(unreadable.map(({ account }) => account));
  const compared = stacks.filter(({ account }) => !left.has(account)).map(asCloudFormationTells);
  return { ...described, diff: diffRoutes(deployed, compared, labels), deployed, unreadable };
}
