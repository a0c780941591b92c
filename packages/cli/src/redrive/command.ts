import { Command, Option } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import { pointInTime } from './point-in-time.ts';
import type { RedriveFlags } from './run.ts';

export function redriveCommand(): Command {
  return new Command('redrive')
    .description(
      "Move a route's dead letters, or what the failure bucket holds for it, to its retry queue, with all of retryForSeconds ahead. Dead letters and parked records go to their own target only; a batch that was given up goes to every target. What is not routed any more, unless --to says where to, and what is no parked records, stays.",
    )
    .argument('<route>', "the route's name")
    .option(
      '--from-bucket',
      'in place of dead letters, the parked records and the batches that were given up in the failure bucket',
      false,
    )
    .addOption(
      new Option(
        '--from-route <name>',
        'in place of its own, what the queues hold that a route of this name has left behind: after a rename',
      ).conflicts('fromBucket'),
    )
    .option(
      '--target <target>',
      'only those of this target: the ARN of its function, or account/function, where account is a name, 12 digits or a group',
    )
    .addOption(
      new Option(
        '--to <target>',
        'only what is not routed any more, and to this target; --target then names the one that it was for',
      ).conflicts('fromBucket'),
    )
    .option(
      '--since <time>',
      'only those parked or given up at this time or later: ISO 8601, or how long ago, such as 90m, 12h or 3d',
      pointInTime(Date.now),
    )
    .option('--rate <n>', 'messages a second at the most, 1 to 100', wholeNumber(1, 100), 10)
    .option('--dry-run', 'show what would move, and move nothing', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, dryRun, moved, staying, complete}, with --from-bucket {bucket} too, as JSON'),
    )
    .action(async (route: string, flags: RedriveFlags) => (await import('./run.ts')).run(route, flags));
}
