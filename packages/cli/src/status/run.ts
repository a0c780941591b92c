import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import type { Status } from '../monitor/status.ts';
import { accountNames } from '../routes-file/account-labels.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { DEFAULT_CONFIG } from '../terminal/options.ts';
import { createStatusClients } from './clients.ts';
import { openDisplay, openLines, reportOn } from './display.ts';
import { readStatus, type StatusOptions } from './read-status.ts';
import { watch } from './watch.ts';

export interface StatusFlags {
  /** Epoch ms. */
  since?: number;
  config: string;
  profile?: string;
  watch: boolean;
  /** Port of the page. */
  ui?: number;
  json: boolean;
}

const LAST_MS = 15 * 60_000;
const LEAST_MS = 60_000;
/** How long CloudWatch keeps the values of a minute, and of five minutes. */
const MOST_MS = 15 * 86_400_000;

/** Shows what happens on routes, for each target: once, or again and again. */
export async function run(given: string[], flags: StatusFlags): Promise<void> {
  const { since, config, profile, json, ui, watch: isWatching } = flags;
  const started = Date.now();
  const length = since === undefined ? LAST_MS : started - since;
  if (length < LEAST_MS || length > MOST_MS)
    throw new CommandFailure(
      `--since: expected 1m to 15d ago, got ${new Date(started - length).toISOString()}`,
      2,
    );
  const { routes, text } = await readValidFile(config);
  const named = given.length === 0 ? routes.routes : given.map((name) => findRoute(routes, name, config));
  const chosen = [...new Set(named)];
  const clients = createStatusClients(routes.source.region, profile);
  const names = Object.fromEntries(accountNames(text));
  const read = () => {
    const now = Date.now();
    return readOrExplain({ routes, chosen, clients, accountNames: names, since: now - length, now });
  };
  if (ui !== undefined) {
    const { servePage } = await import('./serve-page.ts');
    const onServed = (url: string) =>
      void process.stdout.write(
        `page  ${url}\n\nRead again each minute while a browser shows it. Ctrl-C stops it.\n`,
      );
    await servePage({ port: ui, read, options: optionsOf(flags), onServed, signal: abortOnSignal() });
    return;
  }
  if (!isWatching) {
    const status = await read();
    if (json) openLines().show(status);
    else process.stdout.write(reportOn(process.stdout)(status));
    if (status.unread.length > 0) throw new CommandFailure(status.unread.join('\n'));
    return;
  }
  const display = json ? openLines() : openDisplay(process.stdout);
  try {
    await watch({ read, ...display, signal: abortOnSignal() });
  } finally {
    display.close();
  }
}

/** What other commands need to look at the same deployment. */
function optionsOf({ config, profile }: StatusFlags): string[] {
  return [
    ...(config === DEFAULT_CONFIG ? [] : ['--config', config]),
    ...(profile === undefined ? [] : ['--profile', profile]),
  ];
}

/** Without metrics there is nothing to show. */
async function readOrExplain(options: StatusOptions): Promise<Status> {
  try {
    return await readStatus(options);
  } catch (error) {
    const hint = (name: string) =>
      isDenied(name)
        ? 'Allow cloudwatch:GetMetricData: docs/operating.md, "What status needs", has the policy'
        : undefined;
    const { account } = options.routes.source;
    throw new CommandFailure(`Metrics cannot be read: ${describeFailure(error, `account ${account}`, hint)}`);
  }
}
