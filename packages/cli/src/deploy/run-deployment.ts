import { abortOnSignal } from '../abort-on-signal.ts';
import type { UnreadableAccount } from '../aws/read-deployed.ts';
import { createCdkCli } from '../cdk/cdk-cli.ts';
import { CommandFailure } from '../command-failure.ts';
import { confirm } from '../confirm.ts';
import { count } from '../count.ts';
import { diffDeployed } from '../diff/diff-deployed.ts';
import { findRoute } from '../find-route.ts';
import { renderOutcome } from '../render/outcomes.ts';
import { renderRoutesDiff, renderUnreadable, routesDiffData } from '../render/routes-diff.ts';
import type { Synthesized } from '../with-synthesized.ts';
import { deployStacks, type StackOutcome } from './deploy-stacks.ts';
import { deployWithCdk } from './deploy-with-cdk.ts';
import { findAccounts } from './find-accounts.ts';
import { planDeployment } from './plan-deployment.ts';

export interface DeploymentOptions {
  config: string;
  /** Names of routes; none: all. */
  wanted: readonly string[];
  withoutAccount: readonly string[];
  concurrency: number;
  profile?: string;
  yes: boolean;
  show(text: string): void;
}

export interface Deployment {
  outcomes: StackOutcome[];
  data: ReturnType<typeof routesDiffData> & { unreadable: UnreadableAccount[]; outcomes: StackOutcome[] };
}

/**
 * Shows what a deployment changes, asks, and deploys.
 *
 * @throws {CommandFailure} where nothing can be deployed, or nobody wants it
 */
export async function runDeployment(
  synthesized: Synthesized,
  { config, wanted, withoutAccount, concurrency, profile, yes, show }: DeploymentOptions,
): Promise<Deployment> {
  const { routes, text, assembly } = synthesized;
  for (const name of wanted) findRoute(routes, name, config);
  const without = findAccounts(text, withoutAccount, config);
  const signal = abortOnSignal();

  const own = synthesized.stacks.filter(({ account }) => !without.has(account));
  const compared = await diffDeployed({ ...synthesized, stacks: own }, { profile });
  const { diff, unreadable } = compared;
  show(renderRoutesDiff(compared, process.stdout));
  if (unreadable.some(({ account }) => account === routes.source.account)) {
    throw new CommandFailure(`${renderUnreadable(unreadable)}. Nothing is deployed`);
  }
  if (unreadable.length > 0) process.stderr.write(`${renderUnreadable(unreadable)}\n`);
  const stacks = planDeployment(compared, { stacks: own, routes: wanted });
  const data = { ...routesDiffData(diff), unreadable };
  if (stacks.length === 0) return { outcomes: [], data: { ...data, outcomes: [] } };

  const accounts = new Set(stacks.map(({ account }) => account));
  const what = `${count(stacks.length, 'stack')} in ${count(accounts.size, 'account')}`;
  if (!yes) await confirm(`Deploy ${what}?`, 'Nothing is deployed', signal);
  const cdk = createCdkCli(profile);
  const outcomes = await deployStacks({
    stacks,
    concurrency,
    signal,
    deploy: (stack) => deployWithCdk(stack, { cdk, assembly, source: routes.source, signal }),
    onStart: ({ name, account }) => void process.stderr.write(`${name} (${account}): deploying\n`),
    onEnd: (outcome) => void process.stderr.write(renderOutcome(outcome)),
    now: () => performance.now(),
  });
  return { outcomes, data: { ...data, outcomes } };
}
