import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import { accountLabels } from '../routes-file/account-labels.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { readValidFile } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { createStatusClients } from './clients.ts';
import { readStatus, type StatusOptions } from './read-status.ts';
import { renderStatus } from './render-status.ts';
import type { Status } from './status.ts';

export interface StatusFlags {
  /** Epoch ms. */
  since?: number;
  config: string;
  profile?: string;
  json: boolean;
}

const LAST_MS = 15 * 60_000;
/** For so long CloudWatch keeps the values of a minute, and of five. */
const MOST_MS = 15 * 86_400_000;

/** Shows what happens on routes, for each target. */
export async function run(names: string[], { since, config, profile, json }: StatusFlags): Promise<void> {
  const now = Date.now();
  const from = since ?? now - LAST_MS;
  if (from > now - 60_000 || from < now - MOST_MS)
    throw new CommandFailure(`--since: expected 1m to 15d ago, got ${new Date(from).toISOString()}`, 2);
  const { routes, text } = await readValidFile(config);
  const chosen = names.length === 0 ? routes.routes : names.map((name) => findRoute(routes, name, config));
  const clients = createStatusClients(routes.source.region, profile);
  const status = await readOrExplain({ routes, chosen: [...new Set(chosen)], clients, since: from, now });
  const { target: labelOf } = accountLabels(text);
  process.stdout.write(json ? `${JSON.stringify(status)}\n` : renderStatus(status, { labelOf }));
  if (status.unread.length > 0) throw new CommandFailure(status.unread.join('\n'));
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
