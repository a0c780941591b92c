import { createParameterClient } from '../aws/parameter-client.ts';
import { createQueueClient } from '../aws/queue-client.ts';
import { openBucketOf } from '../bucket/open-bucket-of.ts';
import { countPaused } from '../paused/count-paused.ts';
import { deployRoute } from '../paused/deploy-route.ts';
import { editPaused } from '../paused/edit-paused.ts';
import { findTarget } from '../paused/find-target.ts';
import { renderPaused } from '../paused/render-paused.ts';
import { findForwarder, findRoute } from '../routes-file/find-route.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { checkCanAsk } from '../terminal/confirm.ts';
import { count } from '../terminal/count.ts';
import { bringBackInSteps } from './bring-back-in-steps.ts';

export interface ResumeFlags {
  account?: string;
  deploy: boolean;
  dryRun: boolean;
  yes: boolean;
  withoutAccount: string[];
  rate: number;
  config: string;
  profile?: string;
  json: boolean;
}

/** Resumes a target: in the routes file and in the route as it is deployed; then brings back what was kept for it. */
export async function run(name: string, wanted: string, flags: ResumeFlags): Promise<void> {
  const { account: place, config, profile, yes, dryRun, json, withoutAccount, rate } = flags;
  if (!dryRun) checkCanAsk(yes);
  const { routes, text, problems } = await readValidFile(config);
  const { region } = routes.source;
  const route = findRoute(routes, name, config);
  const found = findTarget(text, { route: name, wanted, place });
  const targets = found.targets.map(({ functionArn }) => functionArn);
  const forwarder = findForwarder(routes, route.forwarder, config);
  const signal = abortOnSignal();
  const edited = await editPaused({
    ...{ config, read: { text, problems }, route: name, entry: found.entry, account: found.account },
    ...{ paused: false, question: `Resume ${found.label} of route ${name}?`, yes, dryRun, signal },
  });
  const report = { route: name, targets, dryRun, edited: edited && !dryRun };
  if (!flags.deploy && !dryRun) {
    const flag = config === 'routes.yaml' ? '' : ` --config ${config}`;
    const next = `Next: "xacct deploy ${name}${flag}", then "xacct resume ${name} ${wanted}${flag}" brings back what is kept\n`;
    process.stdout.write(json ? `${JSON.stringify({ ...report, deployed: false })}\n` : next);
    return;
  }

  const bucket = await openBucketOf(routes, route, profile);
  if (dryRun) {
    const kept = (await countPaused(bucket, name, signal)).filter(({ target }) => targets.includes(target));
    const shown = kept.length === 0 ? 'Nothing is kept\n' : renderPaused(kept, region, Date.now());
    process.stdout.write(json ? `${JSON.stringify({ ...report, deployed: false, kept })}\n` : shown);
    return;
  }
  const ssm = createParameterClient(region, profile);
  const live = await deployRoute({
    ...{ routes, route, ssm, targets, paused: false, config, profile, withoutAccount, yes, signal },
  });
  const { complete, ...sent } = await bringBackInSteps({
    ...{ routes, route, targets, bucket, ssm, rate, forwarder, signal, live },
    sqs: createQueueClient(region, profile),
  });
  const { records } = sent;
  const what =
    records === 0
      ? 'no records were kept'
      : `${count(records, 'kept record')} ${records === 1 ? 'is' : 'are'} in the retry queue, or arrived already`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...report, deployed: live.deployed, sent, complete })}\n`
      : `${found.label} gets records again; ${what}\n`,
  );
  if (!complete) throw new CommandFailure('Interrupted; run it again to continue');
}
