import { Command } from 'commander';
import { configOption, jsonOption, profileOption, withoutAccountOption } from '../terminal/options.ts';
import type { PauseFlags } from './run.ts';

export function pauseCommand(): Command {
  return new Command('pause')
    .description(
      'Pause one target: its records are kept in the failure bucket until "xacct resume", and the others go on. Edits the routes file, shows the change, asks, and deploys that one route.',
    )
    .argument('<route>', "the route's name")
    .argument('<target>', 'its function: name, name:alias, account/name or ARN')
    .option('--account <account>', 'the account of the target, or one of its group: a name, or 12 digits')
    .option('--no-deploy', 'only edit the routes file')
    .option('--dry-run', 'show the change of the file, without writing it', false)
    .option('--yes', 'do not ask; required without a terminal', false)
    .addOption(withoutAccountOption())
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption('print {route, targets, edited, deployed} as one JSON object'))
    .action(async (route: string, target: string, flags: PauseFlags) =>
      (await import('./run.ts')).run(route, target, flags),
    );
}
