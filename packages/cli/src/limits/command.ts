import { Command, Option } from 'commander';
import { configOption, jsonOption, wholeNumber } from '../terminal/options.ts';
import type { LimitsFlags } from './run.ts';
import { shardNumbers } from './shard-numbers.ts';

/** Shards of a new on-demand stream. https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const SHARDS = 4;

export function limitsCommand(): Command {
  return new Command('limits')
    .description(
      "Show how much of AWS's default limits a routes file uses, where, and what to do about more than 80 %. Does not ask AWS: other resources in the accounts are not counted.",
    )
    .addOption(
      new Option('--shards <n>', 'shards of each stream, 1 to 100000, or of some: 8 or orders=8,events=2')
        .argParser(shardNumbers(SHARDS))
        .default({ byDefault: SHARDS, byStream: new Map() }, String(SHARDS)),
    )
    .option(
      '--environments <n>',
      'execution environments of each forwarder, 1 to 100000 (default: as many as its concurrent invocations)',
      wholeNumber(1, 100_000),
    )
    .addOption(configOption())
    .addOption(jsonOption('print {shards, environments, limits} as one JSON object'))
    .action(async (flags: LimitsFlags) => (await import('./run.ts')).run(flags));
}
