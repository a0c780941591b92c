import { setTimeout as sleep } from 'node:timers/promises';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Route, Routes } from '@xacct/core';
import { renderUnchecked } from '../deployment/render-outcomes.ts';
import { runDeployment } from '../deployment/run-deployment.ts';
import { type LiveRoute, readLiveRoute } from '../live-route/read-live-route.ts';
import { renderLate } from '../rollout/render-phases.ts';
import { withSynthesized } from '../stacks/with-synthesized.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { step } from '../terminal/progress.ts';

export interface DeployRouteOptions {
  routes: Pick<Routes, 'name' | 'source'>;
  route: Route;
  ssm: SSMClient;
  /** ARNs of the functions, and whether they are to be paused. */
  targets: readonly string[];
  paused: boolean;
  config: string;
  profile: string | undefined;
  withoutAccount: readonly string[];
  yes: boolean;
  signal: AbortSignal;
}

/** A person who edits the file sees it applied by `xacct local` within this time. */
const LOCAL_MS = 120_000;
/** Parameter Store shows a change within seconds. */
const STORED_MS = 20_000;
const POLL_MS = 250;

/**
 * Deploys one route, unless its forwarder reads these targets as wanted already, and waits until it does.
 *
 * @returns the route as its forwarder reads it
 * @throws {CommandFailure} when it is not deployed
 */
export async function deployRoute(options: DeployRouteOptions): Promise<LiveRoute & { deployed: boolean }> {
  const { routes, route, ssm } = options;
  const before = await readLiveRoute(ssm, routes, route);
  if (isAsWanted(before, options)) return { ...before, deployed: false };
  if (!before.isLocal) await deploy(options);
  const most = before.isLocal ? LOCAL_MS : STORED_MS;
  const live = before.isLocal
    ? await step(
        'Waiting until xacct local applies the edit',
        () => untilStored(options, most),
        () => 'xacct local has applied the edit',
      )
    : await untilStored(options, most);
  return { ...live, deployed: true };
}

/** Whether the targets are paused, or not, in the route as it is deployed. A target that is not there gets nothing. */
export function isAsWanted(
  { route }: Pick<LiveRoute, 'route'>,
  { targets, paused }: Pick<DeployRouteOptions, 'targets' | 'paused'>,
): boolean {
  return (
    route !== undefined &&
    targets.every((arn) => {
      const target = route.targets.find(({ functionArn }) => functionArn === arn);
      return target !== undefined && (target.paused ?? false) === paused;
    })
  );
}

async function deploy(options: DeployRouteOptions): Promise<void> {
  const { config, route, profile, withoutAccount, yes, signal } = options;
  await withSynthesized(config, async (synthesized) => {
    const { data } = await runDeployment(synthesized, {
      config,
      ...(profile !== undefined && { profile }),
      withoutAccount,
      wanted: { routes: [route.name], forwarders: [] },
      concurrency: 5,
      watchMinutes: 10,
      wait: true,
      yes,
      output: process.stderr,
      signal,
    });
    const { outcomes, late, unchecked } = data;
    process.stderr.write(renderUnchecked(unchecked) + renderLate(late));
    const left = outcomes.filter(({ outcome }) => outcome !== 'deployed');
    if (left.length > 0) {
      throw new CommandFailure(
        `${left.length} of ${outcomes.length} stacks are not deployed; ${config} is edited, and "xacct deploy ${route.name}" continues`,
      );
    }
  });
}

async function untilStored(options: DeployRouteOptions, mostMs: number): Promise<LiveRoute> {
  const { routes, route, ssm, paused, signal, config } = options;
  const end = performance.now() + mostMs;
  for (;;) {
    const live = await readLiveRoute(ssm, routes, route);
    if (isAsWanted(live, options)) return live;
    if (signal.aborted || performance.now() > end) {
      const state = paused ? 'not paused' : 'paused';
      throw new CommandFailure(
        `Route "${route.name}", as it is deployed, has the target ${state} still. Next: xacct deploy ${route.name}${config === 'routes.yaml' ? '' : ` --config ${config}`}`,
      );
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
