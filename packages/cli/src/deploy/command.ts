import { Command } from 'commander';
import {
  configOption,
  jsonOption,
  profileOption,
  wholeNumber,
  withoutAccountOption,
} from '../terminal/options.ts';
import type { DeployFlags } from './run.ts';

export function deployCommand(): Command {
  return new Command('deploy')
    .description(
      'Deploy what differs from what is deployed, so that nothing that runs is denied: first all that the old and the new routes need, then the routes, then what no route needs any more is taken away. Shows the change and asks before. An account that fails keeps its old targets.',
    )
    .argument('[routes...]', 'only these routes and what they need (default: all)')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .option(
      '--forwarder <names...>',
      'only these forwarders, with their routes and roles: to try another version of xacct on one of them first',
      [],
    )
    .option(
      '--watch-minutes <n>',
      "for how long the errors alarm of a forwarder may put its function back that has changed, 0 to 180; 0: it doesn't",
      wholeNumber(0, 180),
      10,
    )
    .option('--concurrency <n>', 'stacks to deploy at once, 1 to 50', wholeNumber(1, 50), 5)
    .option(
      '--no-wait',
      'do not wait until no forwarder uses an earlier route any more; the next deployment takes away what is not needed',
    )
    .addOption(withoutAccountOption())
    .option(
      '--assume-revision <revision>',
      'what the accounts of --without-account have deployed, by the StackSet that "xacct export --stackset" wrote; nothing is deployed where the file asks for other roles',
    )
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {routes, others, stacks, unreadable, unseen, phases, starting, outcomes, unchecked, late, toContract} as one JSON object',
      ),
    )
    .action(async (routes: string[], flags: DeployFlags) => (await import('./run.ts')).run(routes, flags));
}
