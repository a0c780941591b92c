import { Command } from 'commander';
import {
  configOption,
  jsonOption,
  profileOption,
  wholeNumber,
  withoutAccountOption,
} from '../terminal/options.ts';
import type { ResumeFlags } from './run.ts';

export function resumeCommand(): Command {
  return new Command('resume')
    .description(
      'Resume a paused target: edits the routes file, shows the change, asks, deploys that one route, and brings the kept records back in the order of arrival. Run it again to continue where a run has ended.',
    )
    .argument('<route>', "the route's name")
    .argument('<target>', 'its function: name, name:alias, account/name or ARN')
    .option('--account <account>', 'the account of the target, or one of its group: a name, or 12 digits')
    .option('--no-deploy', 'only edit the routes file')
    .option('--rate <n>', 'messages a second at most, 1 to 100', wholeNumber(1, 100), 10)
    .option('--dry-run', 'show the change of the file and what is kept, without doing anything', false)
    .option('--yes', 'do not ask; required without a terminal', false)
    .addOption(withoutAccountOption())
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption('print {route, targets, dryRun, edited, deployed, kept, sent, complete} as one JSON object'),
    )
    .action(async (route: string, target: string, flags: ResumeFlags) =>
      (await import('./run.ts')).run(route, target, flags),
    );
}
