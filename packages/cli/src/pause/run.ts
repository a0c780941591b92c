import { routeCache } from '@xacct/core';
import { createParameterClient } from '../aws/parameter-client.ts';
import { deployRoute } from '../paused/deploy-route.ts';
import { editPaused } from '../paused/edit-paused.ts';
import { findTarget } from '../paused/find-target.ts';
import { findForwarder, findRoute } from '../routes-file/find-route.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { checkCanAsk } from '../terminal/confirm.ts';

export interface PauseFlags {
  account?: string;
  deploy: boolean;
  dryRun: boolean;
  yes: boolean;
  withoutAccount: string[];
  config: string;
  profile?: string;
  json: boolean;
}

/** Pauses a target: in the routes file, and in the route as it is deployed. */
export async function run(name: string, wanted: string, flags: PauseFlags): Promise<void> {
  const { account: place, config, profile, yes, dryRun, json, withoutAccount } = flags;
  if (!dryRun) checkCanAsk(yes);
  const { routes, text, problems } = await readValidFile(config);
  const route = findRoute(routes, name, config);
  const found = findTarget(text, { route: name, wanted, place });
  const { timeoutSeconds } = findForwarder(routes, route.forwarder, config);
  const signal = abortOnSignal();
  const what = `${found.label} of route ${name}`;
  const edited = await editPaused({
    ...{ config, read: { text, problems }, route: name, entry: found.entry, account: found.account },
    ...{ paused: true, question: `Pause ${what}?`, yes, dryRun, signal },
  });
  if (!edited) process.stderr.write(`${config} has ${what} paused already\n`);
  const targets = found.targets.map(({ functionArn }) => functionArn);
  const deploys = flags.deploy && !dryRun;
  const deployed =
    deploys &&
    (
      await deployRoute({
        ...{ routes, route, targets, paused: true, config, profile, withoutAccount, yes, signal },
        ssm: createParameterClient(routes.source.region, profile),
      })
    ).deployed;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ route: name, targets, edited: edited && !dryRun, deployed })}\n`,
    );
    return;
  }
  const seconds = routeCache.lifetimeMs / 1000 + timeoutSeconds;
  const flag = config === 'routes.yaml' ? '' : ` --config ${config}`;
  const at = place === undefined ? '' : ` --account ${place}`;
  if (dryRun) return;
  process.stdout.write(
    deploys
      ? `${found.label} is paused; a forwarder that is running may send to it for ${seconds} s more. Its records are kept for 90 days. "xacct resume ${name} ${wanted}${at}${flag}" brings them back\n`
      : `Next: "xacct deploy ${name}${flag}" pauses ${found.label}\n`,
  );
}
