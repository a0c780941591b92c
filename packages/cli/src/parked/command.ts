import { Command } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import type { ParkedFlags } from './run.ts';

export function parkedCommand(): Command {
  return new Command('parked')
    .description(
      "Show what is in a route's retry queue and its dead-letter queue, by target and reason. Dead letters are read and made visible again; of the retry queue only the counts are read, because reading a message hides it from the forwarder for a while. Where a target is paused, also counts what is kept for it.",
    )
    .argument('<route>', "the route's name")
    .addOption(configOption())
    .option(
      '--limit <n>',
      'how many dead letters to read at most, 1 to 100000; if there are more, a sample is shown',
      wholeNumber(1, 100_000),
      1000,
    )
    .option(
      '--sample <n>',
      'how many messages of the retry queue to read, 0 to 100; each is hidden from the forwarder meanwhile',
      wholeNumber(0, 100),
      0,
    )
    .option('--bucket', "also count the route's objects in the failure bucket, which lists the bucket", false)
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, retryQueue, deadLetterQueue, failureBucket, paused} as one JSON object'),
    )
    .action(async (route: string, flags: ParkedFlags) => (await import('./run.ts')).run(route, flags));
}
