import { Command } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import { pointInTime } from '../terminal/point-in-time.ts';
import type { TraceFlags } from './run.ts';

export function traceCommand(): Command {
  return new Command('trace')
    .description(
      'Show what became of one record, for each target of a route: delivered, filtered, waiting in the retry queue, dead-lettered, kept in the failure bucket or for a paused target, or not yet read. Says what was found and what is inferred. Messages that it looks at are hidden from the forwarder meanwhile.',
    )
    .argument('<route>', "the route's name")
    .option('--sequence-number <n>', "the record's sequence number")
    .option('--event-id <id>', "the record's eventID; for a table, --at makes it faster")
    .option('--partition-key <key>', "the partition key, or a value of a table item's key, with --at")
    .option(
      '--at <time>',
      'about when it arrived, to a minute: ISO 8601, or how long ago, such as 90m, 12h or 3d',
      pointInTime(Date.now),
    )
    .option(
      '--sample <n>',
      'how many messages of the retry queue to look at, 0 to 1000; each is hidden from the forwarder meanwhile',
      wholeNumber(0, 1000),
      100,
    )
    .option('--limit <n>', 'how many dead letters to look at, 0 to 100000', wholeNumber(0, 100_000), 1000)
    .option('--data', "show the record's data, which is never shown otherwise", false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {route, record, userRecords, reader, targets, retryQueue, deadLetterQueue, failureBucket} as one JSON object',
      ),
    )
    .action(async (route: string, flags: TraceFlags) => (await import('./run.ts')).run(route, flags));
}
