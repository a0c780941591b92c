import { Command } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption, jsonOption, profileOption, wholeNumber, withoutAccountOption } from '../terminal/options.ts';

interface DeployFlags {
  yes: boolean;
  concurrency: number;
  wait: boolean;
  forwarder: string[];
  watchMinutes: number;
  withoutAccount: string[];
  assumeRevision?: string;
  config: string;
  profile?: string;
  json: boolean;
}

export function deployCommand(): Command {
  return new Command('deploy')
    .description(
      'Deploy what differs from what is deployed, so that nothing that runs is denied: first all that the old and the new routes need, then the routes, then what no route needs any more is taken away. Shows the change and asks before. An account that fails keeps its old targets.',
    )
    .argument('[routes...]', 'only these routes and what they need (default: all)')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .option(
      '--forwarder <names...>',
      'only these forwarders, with their routes and roles: to try another version of xacct on one of them first',
      [],
    )
    .option(
      '--watch-minutes <n>',
      "for how long the errors alarm of a forwarder may put its function back that has changed, 0 to 180; 0: it doesn't",
      wholeNumber(0, 180),
      10,
    )
    .option('--concurrency <n>', 'stacks to deploy at once, 1 to 50', wholeNumber(1, 50), 5)
    .option(
      '--no-wait',
      'do not wait until no forwarder uses an earlier route any more; the next deployment takes away what is not needed',
    )
    .addOption(withoutAccountOption())
    .option(
      '--assume-revision <revision>',
      'what the accounts of --without-account have deployed, by the StackSet that "xacct export --stackset" wrote; nothing is deployed where the file asks for other roles',
    )
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {routes, others, stacks, unreadable, unseen, phases, starting, outcomes, unchecked, late, toContract} as one JSON object',
      ),
    )
    .action(async (routes: string[], { json, yes, config, forwarder: forwarders, ...flags }: DeployFlags) => {
      if (routes.length > 0 && forwarders.length > 0) {
        throw new CommandFailure('Expected either names of routes, or --forwarder, got both', 2);
      }
      const [{ checkCanAsk }, { withSynthesized }, { runDeployment }, { abortOnSignal }, report, phases] =
        await Promise.all([
          import('../terminal/confirm.ts'),
          import('../stacks/with-synthesized.ts'),
          import('./run-deployment.ts'),
          import('../terminal/abort-on-signal.ts'),
          import('./render-outcomes.ts'),
          import('../rollout/render-phases.ts'),
        ]);
      checkCanAsk(yes);
      await withSynthesized(config, async (synthesized) => {
        if (flags.assumeRevision !== undefined) {
          const { checkRevision } = await import('./check-revision.ts');
          await checkRevision(synthesized, { config, ...flags, assumed: flags.assumeRevision });
        }
        const { outcomes, late, toContract, unchecked, removed, data } = await runDeployment(synthesized, {
          ...flags,
          config,
          wanted: { routes, forwarders },
          yes,
          // The one object stands alone on standard output.
          output: json ? process.stderr : process.stdout,
          signal: abortOnSignal(),
        });
        if (json) process.stdout.write(`${JSON.stringify(data)}\n`);
        else if (outcomes.length > 0) process.stdout.write(report.renderOutcomes(outcomes));
        process.stderr.write(
          phases.renderUnchecked(unchecked) + phases.renderLate(late) + phases.renderToContract(toContract),
        );
        const left = outcomes.filter(({ outcome }) => outcome !== 'deployed');
        if (left.length > 0) {
          throw new CommandFailure(
            `${left.length} of ${outcomes.length} stacks are not deployed; deploy again for the rest`,
          );
        }
        if (late.length > 0)
          throw new CommandFailure('Not all targets are as the file says; deploy again for them');
        if (removed.length > 0 && routes.length + forwarders.length === 0)
          throw new CommandFailure(phases.renderRemoved(removed));
      });
    });
}
