import { Command } from 'commander';
import { configOption, jsonOption, profileOption } from '../terminal/options.ts';
import type { DestroyFlags } from './run.ts';

export function destroyCommand(): Command {
  return new Command('destroy')
    .description(
      'Delete the stack of a route whose entry is deleted from the routes file. Its queues stay, with all that is in them; the next "xacct deploy" takes its roles and permissions away. Or, with --account, the stacks that no route needs any more in a target account.',
    )
    .argument('[route]', "the route's name, as it was in the file")
    .option('--account <account>', 'a target account in place of a route: a name, or 12 digits')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, stack, queues}, or with --account {account, stacks}, as one JSON object'),
    )
    .action(async (route: string | undefined, flags: DestroyFlags) =>
      (await import('./run.ts')).run(route, flags),
    );
}
