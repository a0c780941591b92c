import { Command, Option } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption, jsonOption, profileOption, withoutAccountOption } from '../terminal/options.ts';

interface DiffFlags {
  config: string;
  from?: string;
  cdk: boolean;
  withoutAccount: string[];
  profile?: string;
  json: boolean;
}

export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'Show, route by route, what a deployment would change: + is new, ~ changes in place, ! is replaced, - is no longer in the file. Nothing is changed.',
    )
    .addOption(configOption())
    .option('--from <dir>', 'compare with this earlier cloud assembly in place of what is deployed')
    .addOption(
      new Option('--cdk', 'show the output of "cdk diff" too').default(false).conflicts(['json', 'from']),
    )
    .addOption(withoutAccountOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {routes, others, unchangedRoutes, stacks, unreadable, unseen, phases, starting} as one JSON object',
      ),
    )
    .action(async ({ config, cdk, json, ...flags }: DiffFlags) => {
      const [
        { withSynthesized },
        { diffDeployed },
        { planPhases },
        { renderRoutesDiff, renderUnreadable, renderUnseen, routesDiffData },
        { renderPhases },
      ] = await Promise.all([
        import('../stacks/with-synthesized.ts'),
        import('../route-diff/diff-deployed.ts'),
        import('../rollout/plan-phases.ts'),
        import('../route-diff/render-routes-diff.ts'),
        import('../rollout/render-phases.ts'),
      ]);
      await withSynthesized(config, async (synthesized) => {
        const compared = await diffDeployed(synthesized, { ...flags, config });
        const { diff, unreadable, unseen, starting } = compared;
        const chosen = new Set(compared.stacks.map(({ name }) => name));
        const isReadable = unreadable.every(({ account }) => account !== synthesized.routes.source.account);
        const phases =
          flags.from === undefined && isReadable
            ? await planPhases(compared, chosen, flags.profile)
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
    });
}

async function showCdkDiff(assembly: string, profile: string | undefined): Promise<void> {
  const [{ createCdkCli }, { abortOnSignal }] = await Promise.all([
    import('../cdk/cdk-cli.ts'),
    import('../terminal/abort-on-signal.ts'),
  ]);
  const { code } = await createCdkCli(profile).run(['diff', '--app', assembly, '--all'], {
    signal: abortOnSignal(),
    onLine: (line) => void process.stdout.write(`${line}\n`),
  });
  if (code !== 0) throw new CommandFailure('"cdk diff" failed; what it says is above');
}
