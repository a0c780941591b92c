import { setTimeout as sleep } from 'node:timers/promises';
import { createCdkCli } from '../cdk/cdk-cli.ts';
import { type DeployedDiff, type DiffOptions, diffDeployed } from '../changes/diff-deployed.ts';
import {
  renderRoutesDiff,
  renderUnreadable,
  renderUnseen,
  routesDiffData,
} from '../changes/render-changes.ts';
import { chooseStacks, type Wanted } from '../rollout/choose-stacks.ts';
import { type PhasePlan, planPhases } from '../rollout/plan-phases.ts';
import { renderPhases } from '../rollout/render-phases.ts';
import { type RolledOut, rollOut } from '../rollout/roll-out.ts';
import { findForwarder, findRoute } from '../routes-file/find-route.ts';
import type { UnreadableAccount } from '../stacks/read-deployed.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Synthesized } from '../stacks/with-synthesized.ts';
import type { StartingTime } from '../starting-times/start-after.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { confirm } from '../terminal/confirm.ts';
import { count } from '../terminal/count.ts';
import { step } from '../terminal/progress.ts';
import { createDeploy, type UncheckedStack } from './create-deploy.ts';
import { renderOutcome } from './render-outcomes.ts';
import { type ResumedTarget, resumedTargets } from './resumed-targets.ts';

export interface DeploymentOptions extends Omit<DiffOptions, 'from'> {
  wanted: Wanted;
  concurrency: number;
  /** For how long the function of a forwarder is watched that changes; 0: not at all. */
  watchMinutes: number;
  /** Whether to put back, too, what was changed by hand. */
  revertDrift?: boolean;
  yes: boolean;
  /** Whether to wait until the permissions that nobody needs can be removed. */
  wait: boolean;
  /** The stream to which the change is written. */
  output: NodeJS.WritableStream;
  signal: AbortSignal;
}

export interface Deployment {
  /** Names of deployed routes that the file no longer has. */
  removed: string[];
  data: ReturnType<typeof routesDiffData> & {
    unreadable: UnreadableAccount[];
    unseen: UnreadableAccount[];
    phases: PhasePlan;
    starting: StartingTime[];
    unchecked: UncheckedStack[];
    /** Targets that are no longer paused, for which records may be kept. */
    resumed: ResumedTarget[];
  } & RolledOut;
}

const NOTHING = {
  outcomes: [],
  late: [],
  toContract: { stacks: [], afterMs: 0 },
  unchecked: [],
  resumed: [],
};

/**
 * Shows what a deployment changes, asks, and deploys.
 *
 * @throws {CommandFailure} where nothing can be deployed, or nobody wants it
 */
export async function runDeployment(
  synthesized: Synthesized,
  options: DeploymentOptions,
): Promise<Deployment> {
  const { routes } = synthesized;
  const { config, wanted, profile, yes, output, signal, revertDrift: revertsDrift = false } = options;
  for (const name of wanted.routes) findRoute(routes, name, config);
  for (const name of wanted.forwarders) findForwarder(routes, name, config);
  const compared = await diffDeployed(synthesized, options);
  if (signal.aborted) throw new CommandFailure('Interrupted; nothing is deployed');
  const { diff, unreadable, unseen, starting, stacks, deployed } = compared;
  output.write(renderRoutesDiff(compared, output));
  reportUnread(compared);
  checkAtRest(deployed);

  const chosen = chooseStacks(stacks, wanted);
  const phases = await planPhases(compared, chosen, { profile, revertsDrift });
  output.write(renderPhases(phases));
  const removed = diff.routes.filter(({ change }) => change === 'remove').map(({ route }) => route);
  const described = { ...routesDiffData(diff), unreadable, unseen, phases, starting };
  const names = new Set([...phases.restore, ...phases.expand, ...phases.switch, ...phases.contract]);
  if (names.size === 0) return { removed, data: { ...described, ...NOTHING } };

  const cdk = createCdkCli(profile);
  const accounts = new Set(stacks.filter(({ name }) => names.has(name)).map(({ account }) => account));
  const what = `${count(names.size, 'stack')} in ${count(accounts.size, 'account')}`;
  const settledAt = performance.now() + phases.unsettledMs;
  if (!yes) await confirm(`Deploy ${what}?`, 'Nothing is deployed', { signal });
  const unchecked: UncheckedStack[] = [];
  const result = await rollOut({
    ...options,
    ...compared,
    chosen,
    unreadable: new Set(unreadable.map(({ account }) => account)),
    unsettledMs: Math.max(0, settledAt - performance.now()),
    quietMs: phases.quietMs,
    waits: options.wait,
    revertsDrift,
    deploy: createDeploy({
      routes,
      revertsDrift,
      profile,
      signal,
      watchMinutes: options.watchMinutes,
      cdk,
      deployed,
      onUnchecked: (stack) => void unchecked.push(stack),
    }),
    onStart: ({ name, account }) => void process.stderr.write(`${name} (${account}): deploying\n`),
    onEnd: (outcome) => void process.stderr.write(renderOutcome(outcome)),
    now: () => performance.now(),
    wait: (ms) => waitQuietly(ms, signal),
  });
  const file = { routes: compared.routes, text: synthesized.text, config };
  const resumed = resumedTargets(file, { deployed, wanted: stacks }, result.outcomes);
  return { removed, data: { ...described, ...result, unchecked, resumed } };
}

function reportUnread({
  routes,
  unreadable,
  unseen,
}: Pick<DeployedDiff, 'routes' | 'unreadable' | 'unseen'>): void {
  if (unreadable.some(({ account }) => account === routes.source.account)) {
    throw new CommandFailure(`${renderUnreadable(unreadable)}. Nothing is deployed`);
  }
  if (unreadable.length > 0) process.stderr.write(`${renderUnreadable(unreadable)}\n`);
  process.stderr.write(renderUnseen(unseen));
}

/** The result of two deployments of the same stacks at once would be undefined. */
function checkAtRest(deployed: readonly Stack[]): void {
  const busy = deployed.find(({ status = '' }) => /(?<!CLEANUP)_IN_PROGRESS$/.test(status));
  if (busy === undefined) return;
  throw new CommandFailure(
    `Nothing is deployed: stack ${busy.name} in account ${busy.account} is ${busy.status}, so that another deployment is under way. Deploy again once it is done`,
  );
}

async function waitQuietly(ms: number, signal: AbortSignal): Promise<void> {
  const seconds = Math.ceil(ms / 1000);
  await step(
    `Waiting ${seconds} s until no forwarder uses an earlier route any more; Ctrl-C leaves the rest to the next deployment`,
    () => sleep(ms, undefined, { signal }).catch(() => undefined),
    () =>
      signal.aborted ? 'Stopped waiting' : `${seconds} s later, no forwarder uses an earlier route any more`,
    { isLong: true },
  );
}
