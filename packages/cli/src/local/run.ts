import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Routes } from '@xacct/core';
import type { FaultRules } from '@xacct/local';
import { createWatchdog } from '@xacct/local/watchdog';
import type { RoutedAws, RoutedAwsOptions } from '@xacct/reconcile';
import { readFaults } from '../local-aws/read-faults.ts';
import { withLocalErrors } from '../local-aws/with-local-errors.ts';
import { accountNames } from '../routes-file/account-labels.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { synthesizeFile } from '../stacks/with-synthesized.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { DEFAULT_CONFIG } from '../terminal/options.ts';
import { step } from '../terminal/progress.ts';
import { createFeed } from './feed/feed.ts';
import { followRoutes } from './follow-routes.ts';
import { openOutput } from './output.ts';
import { renderEdit } from './render-edit.ts';
import { renderReady } from './render-ready.ts';
import { createSynthesizer } from './synthesizer.ts';

export interface LocalFlags {
  config: string;
  assembly?: string;
  port: number;
  functions?: string;
  faults?: string;
  seed?: number;
  ui?: number;
  json: boolean;
}

/** Runs routes, or an assembly, in a local AWS until a signal comes. */
export async function run(flags: LocalFlags): Promise<void> {
  const signal = abortOnSignal();
  const faults = await readFaults(flags);
  const file = flags.assembly === undefined ? await readValidFile(flags.config) : undefined;
  /** Undone in reverse order. */
  const cleanUps: CleanUp[] = [];
  try {
    await start({ flags, file, faults, signal, cleanUps });
    await aborted(signal);
  } finally {
    for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
  }
}

type CleanUp = () => Promise<unknown> | unknown;

interface Session {
  flags: LocalFlags;
  /** Undefined where an assembly runs. */
  file: { routes: Routes; text: string } | undefined;
  faults: FaultRules | undefined;
  signal: AbortSignal;
  cleanUps: CleanUp[];
}

async function start(session: Session): Promise<void> {
  const { flags, file, signal, cleanUps } = session;
  const { config } = flags;
  const watchdog = createWatchdog();
  cleanUps.push(() => watchdog.close());
  const folder = await mkdtemp(join(tmpdir(), 'xacct-'));
  watchdog.guardFolder(folder);
  cleanUps.push(async () => {
    await rm(folder, { recursive: true, force: true });
    watchdog.releaseFolder(folder);
  });
  const assembly = flags.assembly ?? join(folder, 'cdk.out');
  if (file !== undefined) await synthesizeFile(config, file.routes, assembly);

  const feed = createFeed();
  const output = openOutput(feed, flags);
  const aws = await startAws(session, { assembly, events: output.events, watchdog });
  const drawn = aws.faults();
  if (drawn !== undefined) output.print(`Faults are drawn from the seed ${drawn.seed}`);
  let unfollow = async () => {};
  cleanUps.push(async () => {
    // An edit under way may wait for a function, which ends with the local AWS.
    const unfollowed = unfollow();
    await aws.stop();
    await unfollowed;
  });

  let names = file === undefined ? new Map<string, string>() : accountNames(file.text);
  const { ui: port } = flags;
  if (port !== undefined) {
    const { startPage } = await import('../monitor/page/server/start-page.ts');
    const options = config === DEFAULT_CONFIG ? [] : ['--config', config];
    const view = () => ({ status: feed.status(aws, names), notRead: null, options });
    const page = await startPage({ port, view });
    cleanUps.push(() => page.close());
    output.page = page.url;
  }
  printReady(aws, output.page, flags);
  const endShow = output.show(aws, () => names);
  cleanUps.push(endShow);
  // At once: should a second signal follow, there is no other time to give the terminal back.
  signal.addEventListener('abort', endShow, { once: true });
  if (file === undefined) return;
  const synthesizer = createSynthesizer();
  cleanUps.push(() => synthesizer.close());
  unfollow = followRoutes({
    config,
    text: file.text,
    aws,
    synthesizer,
    folder,
    stream: process.stderr,
    onEdit: (edit) => {
      if (edit.outcome === 'applied') names = accountNames(edit.text);
      const text = renderEdit(config, edit);
      feed.edited(edit.outcome === 'applied', text);
      output.print(text);
    },
  });
}

async function startAws(
  { flags, faults }: Session,
  options: Pick<RoutedAwsOptions, 'assembly' | 'events' | 'watchdog'>,
): Promise<RoutedAws> {
  const { startRoutedAws } = await import('@xacct/reconcile');
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '.');
  return step(
    'Starting the local AWS',
    () =>
      withLocalErrors(() =>
        startRoutedAws({
          ...options,
          deliveries: resolve('.xacct/deliveries', startedAt),
          port: flags.port,
          faults,
          seed: flags.seed,
          ...(flags.functions !== undefined && { functions: resolve(flags.functions) }),
        }),
      ),
    ({ endpoint }) => `Local AWS at ${endpoint}`,
  );
}

function printReady(aws: RoutedAws, page: string | undefined, { json }: LocalFlags): void {
  const { endpoint, region, credentials, deliveries } = aws;
  const ui = page === undefined ? {} : { ui: page };
  process.stdout.write(
    json
      ? `${JSON.stringify({ endpoint, region, credentials, deliveries, ...ui })}\n`
      : renderReady(aws, page),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
