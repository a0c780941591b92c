import { Command, InvalidArgumentError, Option } from 'commander';
import { PACKAGE_MANAGERS } from './package-manager.ts';
import type { InitFlags } from './run.ts';

/** @param name `xacct init`, or another program that does this and nothing else */
export function initCommand(name = 'init'): Command {
  return new Command(name)
    .description(
      'Write what a forwarder of your own begins with: routes.yaml, package.json, a function for your machine. Overwrites nothing. On a terminal it asks for the first route.',
    )
    .argument('[folder]', 'the folder to write to, which need not exist', '.')
    .option('--source-account <id>', 'the account that owns the stream', accountId)
    .option('--region <region>', 'region of the stream')
    .option('--stream <stream>', 'the Kinesis stream of the first route')
    .option('--account <id>', 'the account that owns the function', accountId)
    .option('--function <function>', 'the function to invoke: name, name:alias or name:version')
    .addOption(
      new Option('--ci <service>', 'also write a workflow that checks and deploys').choices(['github']),
    )
    .addOption(
      new Option(
        '--package-manager <name>',
        'installs the packages (default: the one that runs this, or whose lockfile is there)',
      ).choices(PACKAGE_MANAGERS),
    )
    .option('--no-install', 'install no packages')
    .option('--yes', 'take the defaults instead of asking', false)
    .action(async (folder: string, flags: Omit<InitFlags, 'folder'>) =>
      (await import('./run.ts')).run({ ...flags, folder }),
    );
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError(`Expected 12 digits, got "${text}".`);
  return text;
}
