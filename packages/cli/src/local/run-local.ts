import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Watchdog } from '@xacct/local/watchdog';
import { abortOnSignal } from '../abort-on-signal.ts';
import { count, describeRoutes } from '../count.ts';
import { withLocalErrors } from '../local-errors.ts';
import { readFaults } from '../read-faults.ts';
import { readValidFile } from '../read-routes.ts';
import { renderReady } from '../render/local-ready.ts';
import { step } from '../render/progress.ts';
import { renderEdit } from '../render/routes-edit.ts';
import { accountNames } from './account-names.ts';
import { followRoutes } from './follow-routes.ts';
import { openOutput } from './output.ts';
import { createSynthesizer } from './synthesizer.ts';
import { Traffic } from './traffic.ts';

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
export async function runLocal(flags: LocalFlags): Promise<void> {
  const { config } = flags;
  const signal = abortOnSignal();
  const faults = await readFaults(flags);
  const file = flags.assembly === undefined ? await readValidFile(config) : undefined;
  /** Undone in reverse order. */
  const cleanUps: (() => Promise<unknown> | unknown)[] = [];
  try {
    const watchdog = new Watchdog();
    cleanUps.push(() => watchdog.close());
    const folder = await mkdtemp(join(tmpdir(), 'xacct-'));
    watchdog.guardFolder(folder);
    cleanUps.push(async () => {
      await rm(folder, { recursive: true, force: true });
      watchdog.releaseFolder(folder);
    });
    const assembly = flags.assembly ?? join(folder, 'cdk.out');
    if (file !== undefined) {
      process.stderr.write(`${config}: ${describeRoutes(file.routes)}\n`);
      await step(
        'Synthesizing the stacks',
        async () => (await import('@xacct/infra')).synthesize(file.routes, assembly),
        (stacks) => `${count(stacks.length, 'stack')} synthesized`,
      );
    }

    const traffic = new Traffic();
    const output = openOutput(traffic, flags);
    const { startRoutedAws } = await import('@xacct/reconcile');
    const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '.');
    const aws = await step(
      'Starting the local AWS',
      () =>
        withLocalErrors(() =>
          startRoutedAws({
            assembly,
            deliveries: resolve('.xacct/deliveries', startedAt),
            port: flags.port,
            faults,
            seed: flags.seed,
            ...(flags.functions !== undefined && { functions: resolve(flags.functions) }),
            events: output.events,
            watchdog,
          }),
        ),
      ({ endpoint }) => `Local AWS at ${endpoint}`,
    );
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
    if (flags.ui !== undefined) {
      const { startPage } = await import('../ui/page-server.ts');
      const page = await withLocalErrors(() =>
        startPage({
          port: flags.ui ?? 0,
          view: () => traffic.view(aws),
          accountNames: () => names,
        }),
      );
      cleanUps.push(() => page.close());
      output.page = page.url;
    }

    const { endpoint, region, credentials, deliveries } = aws;
    const ui = output.page === undefined ? {} : { ui: output.page };
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ endpoint, region, credentials, deliveries, ...ui })}\n`
        : renderReady(aws, output.page),
    );
    const endShow = output.show(aws, () => names);
    cleanUps.push(endShow);
    // At once: should a second signal follow, there is no other time to give the terminal back.
    signal.addEventListener('abort', endShow, { once: true });
    if (file !== undefined) {
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
          traffic.edited(edit.outcome === 'applied', text);
          output.print(text);
        },
      });
    }
    await aborted(signal);
  } finally {
    for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
