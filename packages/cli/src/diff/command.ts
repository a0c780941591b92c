import { Command, Option } from 'commander';
import { configOption, jsonOption, profileOption, withoutAccountOption } from '../terminal/options.ts';
import type { DiffFlags } from './run.ts';

export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'Show, route by route, what a deployment would change: + is new, ~ changes in place, ! is replaced, - is no longer in the file. Changes nothing.',
    )
    .addOption(configOption())
    .option('--from <dir>', 'compare with this earlier cloud assembly, instead of what is deployed')
    .addOption(
      new Option('--cdk', 'also show the output of "cdk diff"').default(false).conflicts(['json', 'from']),
    )
    .addOption(withoutAccountOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {routes, others, unchangedRoutes, stacks, unreadable, unseen, phases, starting} as one JSON object',
      ),
    )
    .action(async (flags: DiffFlags) => (await import('./run.ts')).run(flags));
}
