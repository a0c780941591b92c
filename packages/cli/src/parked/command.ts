import { Command } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import type { ParkedFlags } from './run.ts';

export function parkedCommand(): Command {
  return new Command('parked')
    .description(
      "Show what waits in a route's retry queue and what is dead-lettered, by target and reason. Dead letters are read and handed back; of the retry queue only the counts are asked for, as each look at a message would hide it from the forwarder for a while.",
    )
    .argument('<route>', "the route's name")
    .addOption(configOption())
    .option(
      '--limit <n>',
      'the most dead letters to read, 1 to 100000; of more, a sample is shown',
      wholeNumber(1, 100_000),
      1000,
    )
    .option(
      '--sample <n>',
      'messages of the retry queue to read too, 0 to 100; each is hidden from the forwarder meanwhile',
      wholeNumber(0, 100),
      0,
    )
    .option('--bucket', "count the route's objects in the failure bucket too, which lists the bucket", false)
    .addOption(profileOption())
    .addOption(jsonOption('print {route, retryQueue, deadLetterQueue, failureBucket} as one JSON object'))
    .action(async (route: string, flags: ParkedFlags) => (await import('./run.ts')).run(route, flags));
}
