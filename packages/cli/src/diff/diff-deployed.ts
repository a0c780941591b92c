import { asCloudFormationTells, readDeployed, type UnreadableAccount } from '../aws/read-deployed.ts';
import { step } from '../render/progress.ts';
import { readAssemblyStacks } from '../stacks/read-assembly-stacks.ts';
import type { Synthesized } from '../with-synthesized.ts';
import { type AccountLabels, accountLabels } from './account-labels.ts';
import { diffRoutes, type RoutesDiff } from './diff-routes.ts';

export interface DeployedDiff {
  diff: RoutesDiff;
  labels: AccountLabels;
  /** Accounts that were left out, since what is deployed there could not be read. */
  unreadable: UnreadableAccount[];
}

/**
 * Compares synthesized stacks with what is deployed.
 *
 * @param from the folder of an earlier assembly, in place of what is deployed
 */
export async function diffDeployed(
  { routes, text, stacks }: Synthesized,
  { from, profile }: { from?: string | undefined; profile?: string | undefined },
): Promise<DeployedDiff> {
  const labels = accountLabels(text);
  if (from !== undefined) {
    return { diff: diffRoutes(await readAssemblyStacks(from), stacks, labels), labels, unreadable: [] };
  }
  const accounts = [...new Set([routes.source.account, ...stacks.map(({ account }) => account)])];
  const { stacks: deployed, unreadable } = await step(
    'Reading what is deployed',
    () => readDeployed(routes, accounts, profile),
    (read) => `${read.stacks.length} of its stacks are deployed`,
  );
  const left = new Set(unreadable.map(({ account }) => account));
  const compared = stacks.filter(({ account }) => !left.has(account)).map(asCloudFormationTells);
  return { diff: diffRoutes(deployed, compared, labels), labels, unreadable };
}
