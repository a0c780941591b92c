import { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configOption, jsonOption, profileOption, wholeNumber, withoutAccountOption } from './options.ts';

interface DeployFlags {
  yes: boolean;
  concurrency: number;
  withoutAccount: string[];
  assumeRevision?: string;
  config: string;
  profile?: string;
  json: boolean;
}

export function deployCommand(): Command {
  return new Command('deploy')
    .description(
      'Deploy what differs from what is deployed: forwarders, then target accounts, then routes. Shows the change and asks before. An account that fails stops only the routes that need it.',
    )
    .argument('[routes...]', 'only these routes and what they need (default: all)')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .option('--concurrency <n>', 'stacks to deploy at once, 1 to 50', wholeNumber(1, 50), 5)
    .addOption(withoutAccountOption())
    .option(
      '--assume-revision <revision>',
      'what the accounts of --without-account have deployed, by the StackSet that "xacct export --stackset" wrote; nothing is deployed where the file asks for other roles',
    )
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption('print {routes, others, stacks, unreadable, outcomes} as one JSON object'))
    .action(async (wanted: string[], { json, yes, config, ...flags }: DeployFlags) => {
      const [{ checkCanAsk }, { withSynthesized }, { runDeployment }, { abortOnSignal }, report] =
        await Promise.all([
          import('../confirm.ts'),
          import('../with-synthesized.ts'),
          import('../deploy/run-deployment.ts'),
          import('../abort-on-signal.ts'),
          import('../render/outcomes.ts'),
        ]);
      checkCanAsk(yes);
      await withSynthesized(config, async (synthesized) => {
        if (flags.assumeRevision !== undefined) {
          const { checkRevision } = await import('../export/stackset/check-revision.ts');
          await checkRevision(synthesized, { config, ...flags, assumed: flags.assumeRevision });
        }
        const { outcomes, data } = await runDeployment(synthesized, {
          ...flags,
          config,
          wanted,
          yes,
          // The one object stands alone on standard output.
          output: json ? process.stderr : process.stdout,
          signal: abortOnSignal(),
        });
        if (json) process.stdout.write(`${JSON.stringify(data)}\n`);
        else if (outcomes.length > 0) process.stdout.write(report.renderOutcomes(outcomes));
        const left = outcomes.filter(({ outcome }) => outcome !== 'deployed');
        if (left.length > 0) {
          throw new CommandFailure(
            `${left.length} of ${outcomes.length} stacks are not deployed; deploy again for the rest`,
          );
        }
      });
    });
}
