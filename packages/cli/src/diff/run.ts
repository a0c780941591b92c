import { createCdkCli } from '../cdk/cdk-cli.ts';
import { diffDeployed } from '../changes/diff-deployed.ts';
import {
  renderRoutesDiff,
  renderUnreadable,
  renderUnseen,
  routesDiffData,
} from '../changes/render-changes.ts';
import { planPhases } from '../rollout/plan-phases.ts';
import { renderPhases } from '../rollout/render-phases.ts';
import { withSynthesized } from '../stacks/with-synthesized.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';

export interface DiffFlags {
  config: string;
  from?: string;
  cdk: boolean;
  withoutAccount: string[];
  profile?: string;
  json: boolean;
}

/** Shows, route by route, what a deployment would change. */
export async function run({ config, cdk, json, ...flags }: DiffFlags): Promise<void> {
  await withSynthesized(config, async (synthesized) => {
    const compared = await diffDeployed(synthesized, { ...flags, config });
    const { diff, unreadable, unseen, starting } = compared;
    const chosen = new Set(compared.stacks.map(({ name }) => name));
    const isReadable = unreadable.every(({ account }) => account !== synthesized.routes.source.account);
    const phases =
      flags.from === undefined && isReadable
        ? await planPhases(compared, chosen, { profile: flags.profile, revertsDrift: false })
        : undefined;
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...routesDiffData(diff), unreadable, ...(phases && { phases, unseen, starting }) })}\n`
        : renderRoutesDiff(compared, process.stdout) + (phases === undefined ? '' : renderPhases(phases)),
    );
    process.stderr.write(renderUnseen(unseen));
    if (cdk) await showCdkDiff(synthesized.assembly, flags.profile);
    if (unreadable.length > 0) throw new CommandFailure(renderUnreadable(unreadable));
  });
}

async function showCdkDiff(assembly: string, profile: string | undefined): Promise<void> {
  const { code } = await createCdkCli(profile).run(['diff', '--app', assembly, '--all'], {
    signal: abortOnSignal(),
    onLine: (line) => void process.stdout.write(`${line}\n`),
  });
  if (code !== 0) throw new CommandFailure('"cdk diff" failed; its output is above');
}
