import { Command, Option } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import { pointInTime } from '../terminal/point-in-time.ts';
import type { RedriveFlags } from './run.ts';

export function redriveCommand(): Command {
  return new Command('redrive')
    .description(
      "Move a route's dead letters, or its records in the failure bucket, to its retry queue, with a fresh retryForSeconds. Dead letters and parked records go only to their own target; a batch that was given up goes to every target. Records that are no longer routed (without --to), and messages without parked records, stay.",
    )
    .argument('<route>', "the route's name")
    .option(
      '--from-bucket',
      'instead of dead letters, move the parked records and the given-up batches in the failure bucket',
      false,
    )
    .addOption(
      new Option(
        '--from-route <name>',
        'instead of its own dead letters, move what the queues of a former route of this name hold: after a rename',
      ).conflicts('fromBucket'),
    )
    .option(
      '--target <target>',
      'only for this target: the ARN of its function, or account/function, where account is a name, 12 digits or a group',
    )
    .addOption(
      new Option(
        '--to <target>',
        'only what is no longer routed, and to this target; --target then names the former target',
      ).conflicts('fromBucket'),
    )
    .option(
      '--since <time>',
      'only what was parked or given up at this time or later: ISO 8601, or how long ago, such as 90m, 12h or 3d',
      pointInTime(Date.now),
    )
    .option('--rate <n>', 'messages a second at most, 1 to 100', wholeNumber(1, 100), 10)
    .option('--dry-run', 'show what would move, without moving it', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, dryRun, moved, staying, complete}, with --from-bucket {bucket} too, as JSON'),
    )
    .action(async (route: string, flags: RedriveFlags) => (await import('./run.ts')).run(route, flags));
}
