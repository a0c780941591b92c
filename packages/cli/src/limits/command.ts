import { Command, Option } from 'commander';
import { configOption, jsonOption, wholeNumber } from '../terminal/options.ts';
import { type Shards, shardNumbers } from './shard-numbers.ts';

interface LimitsFlags {
  shards: Shards;
  environments?: number;
  config: string;
  json: boolean;
}

/** As many as a new on-demand stream has. https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html */
const SHARDS = 4;

export function limitsCommand(): Command {
  return new Command('limits')
    .description(
      "Show how much of AWS's default limits a routes file uses, where, and the way out where it is more than 80 %. Nothing is asked of AWS: what else is in the accounts is not counted.",
    )
    .addOption(
      new Option('--shards <n>', 'shards of each stream, 1 to 100000, or of some: 8 or orders=8,events=2')
        .argParser(shardNumbers(SHARDS))
        .default({ byDefault: SHARDS, byStream: new Map() }, String(SHARDS)),
    )
    .option(
      '--environments <n>',
      'execution environments of each forwarder, 1 to 100000 (default: as many as it may have invocations at once)',
      wholeNumber(1, 100_000),
    )
    .addOption(configOption())
    .addOption(jsonOption('print {shards, environments, limits} as one JSON object'))
    .action(async ({ config, shards, environments, json }: LimitsFlags) => {
      const [{ measureCapacity }, { readValidRoutes }, { checkStreams }, report] = await Promise.all([
        import('@xacct/core'),
        import('../routes-file/read-routes.ts'),
        import('./check-streams.ts'),
        import('./render-limits.ts'),
      ]);
      const routes = await readValidRoutes(config);
      checkStreams(routes, [...shards.byStream.keys()], config);
      const shardsOf = (stream: string) => shards.byStream.get(stream) ?? shards.byDefault;
      const rows = report.limitRows(measureCapacity(routes, { shardsOf, environments }));
      if (json) {
        const assumed = { ...Object.fromEntries(shards.byStream), '*': shards.byDefault };
        const result = { shards: assumed, environments: environments ?? null, limits: rows };
        process.stdout.write(`${JSON.stringify(result)}\n`);
      } else {
        process.stdout.write(report.renderLimits(rows, shards, environments));
      }
    });
}
