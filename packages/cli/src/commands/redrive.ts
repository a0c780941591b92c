import { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configOption, jsonOption, profileOption, wholeNumber } from './options.ts';
import { pointInTime } from './point-in-time.ts';

interface RedriveFlags {
  target?: string;
  since?: number;
  dryRun: boolean;
  rate: number;
  config: string;
  profile?: string;
  json: boolean;
}

export function redriveCommand(): Command {
  return new Command('redrive')
    .description(
      "Move a route's dead letters back to its retry queue. Each goes to its own target only. What is not routed any more, and what is no parked records, stays.",
    )
    .argument('<route>', "the route's name")
    .option(
      '--target <target>',
      'only those of this target: the ARN of its function, or account/function, where account is a name, 12 digits or a group',
    )
    .option(
      '--since <time>',
      'only those parked at this time or later: ISO 8601, or how long ago, such as 90m, 12h or 3d',
      pointInTime(Date.now),
    )
    .option('--rate <n>', 'messages a second at the most, 1 to 100', wholeNumber(1, 100), 10)
    .option('--dry-run', 'show what would move, and move nothing', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption('print {route, dryRun, moved, staying, complete} as one JSON object'))
    .action(async (name: string, { config, target, since, profile, json, ...flags }: RedriveFlags) => {
      const [
        { readValidFile },
        { findRoute },
        { findTargets },
        { createQueueClient },
        { redrive },
        { abortOnSignal },
        { step },
        report,
      ] = await Promise.all([
        import('../read-routes.ts'),
        import('../find-route.ts'),
        import('../find-targets.ts'),
        import('../queues/queue-client.ts'),
        import('../queues/redrive.ts'),
        import('../abort-on-signal.ts'),
        import('../render/progress.ts'),
        import('../render/redriven.ts'),
      ]);
      const { routes, text } = await readValidFile(config);
      const route = findRoute(routes, name, config);
      const targets = target === undefined ? undefined : findTargets(route, target, text);
      const { region } = routes.source;
      const sqs = createQueueClient({ region, profile });
      const signal = abortOnSignal();

      const redriven = await step(
        'Reading the dead letters',
        ({ update }) => {
          const onMoved = (messages: number) => update(report.renderMoved(messages, flags.dryRun));
          return redrive({ route, targets, since, sqs, signal, onMoved, ...flags });
        },
        report.renderLookedAt,
      );
      const { failure, ...result } = redriven;
      process.stdout.write(
        json
          ? `${JSON.stringify({ route: name, dryRun: flags.dryRun, ...result })}\n`
          : report.renderRedriven(redriven, flags.dryRun, region, Date.now()),
      );
      if (failure !== undefined) throw failure;
      if (signal.aborted) throw new CommandFailure('Interrupted; run it again for the rest');
    });
}
