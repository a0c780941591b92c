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
      'Deploy the changes of the routes file, in phases in which no running forwarder is denied anything: first the permissions of the old and the new routes, then the routes; then permissions that no route needs are removed. Shows the changes and asks before it deploys. An account that fails keeps its old targets.',
    )
    .argument('[routes...]', 'deploy only these routes and what they need (default: all)')
    .option('--yes', 'do not ask; required without a terminal', false)
    .option(
      '--forwarder <names...>',
      'deploy only these forwarders, with their routes and roles: to try another version of xacct on one of them first',
      [],
    )
    .option(
      '--watch-minutes <n>',
      "how long a forwarder's errors alarm may roll its changed function back, 0 to 180; 0: never",
      wholeNumber(0, 180),
      10,
    )
    .option('--concurrency <n>', 'how many stacks to deploy at once, 1 to 50', wholeNumber(1, 50), 5)
    .option(
      '--no-wait',
      'do not wait until no forwarder uses an earlier route; the next deployment removes what is not needed',
    )
    .option(
      '--revert-drift',
      'put back, too, what was changed by hand in these stacks: they are deployed also where they are as in the file',
      false,
    )
    .addOption(withoutAccountOption())
    .option(
      '--assume-revision <revision>',
      'the revision that the accounts of --without-account have deployed, from the StackSet that "xacct export --stackset" wrote; nothing is deployed if the file asks for other roles',
    )
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {routes, others, stacks, unreadable, unseen, phases, starting, outcomes, unchecked, late, toContract, resumed} as one JSON object',
      ),
    )
    .action(async (routes: string[], flags: DeployFlags) => (await import('./run.ts')).run(routes, flags));
}
