import { Command } from 'commander';
import { configOption, jsonOption, profileOption } from '../terminal/options.ts';
import type { DestroyFlags } from './run.ts';

export function destroyCommand(): Command {
  return new Command('destroy')
    .description(
      'Delete the stack of a route whose entry was deleted from the routes file. Its queues and their messages stay, and what is kept for paused targets; the next "xacct deploy" removes its roles and permissions. With --account, delete the stacks in a target account that no route needs.',
    )
    .argument('[route]', "the route's name, as it was in the file")
    .option('--account <account>', 'a target account, instead of a route: a name, or 12 digits')
    .option('--yes', 'do not ask; required without a terminal', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {route, stack, queues, paused}, or with --account {account, stacks}, as one JSON object',
      ),
    )
    .action(async (route: string | undefined, flags: DestroyFlags) =>
      (await import('./run.ts')).run(route, flags),
    );
}
