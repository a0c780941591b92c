import type { UnreadableAccount } from '../aws/read-deployed.ts';
import { createCdkCli } from '../cdk/cdk-cli.ts';
import { CommandFailure } from '../command-failure.ts';
import { confirm } from '../confirm.ts';
import { count } from '../count.ts';
import { type DiffOptions, diffDeployed } from '../diff/diff-deployed.ts';
import { findRoute } from '../find-route.ts';
import { renderOutcome } from '../render/outcomes.ts';
import { renderRoutesDiff, renderUnreadable, routesDiffData } from '../render/routes-diff.ts';
import type { Synthesized } from '../with-synthesized.ts';
import { deployStacks, type StackOutcome } from './deploy-stacks.ts';
import { deployWithCdk } from './deploy-with-cdk.ts';
import { planDeployment } from './plan-deployment.ts';

export interface DeploymentOptions extends Omit<DiffOptions, 'from'> {
  /** Names of routes; none: all. */
  wanted: readonly string[];
  concurrency: number;
  yes: boolean;
  /** Gets the change. */
  output: NodeJS.WritableStream;
  signal: AbortSignal;
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
  options: DeploymentOptions,
): Promise<Deployment> {
  const { routes, assembly } = synthesized;
  const { config, wanted, concurrency, profile, yes, output, signal } = options;
  for (const name of wanted) findRoute(routes, name, config);
  const compared = await diffDeployed(synthesized, options);
  if (signal.aborted) throw new CommandFailure('Interrupted; nothing is deployed');
  const { diff, unreadable } = compared;
  output.write(renderRoutesDiff(compared, output));
  if (unreadable.some(({ account }) => account === routes.source.account)) {
    throw new CommandFailure(`${renderUnreadable(unreadable)}. Nothing is deployed`);
  }
  if (unreadable.length > 0) process.stderr.write(`${renderUnreadable(unreadable)}\n`);
  const stacks = planDeployment(compared, wanted);
  const data = { ...routesDiffData(diff), unreadable };
  if (stacks.length === 0) return { outcomes: [], data: { ...data, outcomes: [] } };

  const accounts = new Set(stacks.map(({ account }) => account));
  const what = `${count(stacks.length, 'stack')} in ${count(accounts.size, 'account')}`;
  if (!yes) await confirm(`Deploy ${what}?`, 'Nothing is deployed', { signal });
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
