import { Command, Option } from 'commander';
import { configOption } from '../terminal/options.ts';
import type { AddFlags } from './run.ts';

export function addCommand(): Command {
  return new Command('add')
    .description(
      'Add an entry to a routes file: a route for the stream, or a target in the route that it has. Asks for what is missing.',
    )
    .option('--stream <stream>', 'the Kinesis stream to read')
    .option('--account <account>', 'the target account: a name, or 12 digits')
    .addOption(
      new Option('--group <group>', 'a group of accounts in place of --account').conflicts('account'),
    )
    .option('--function <function>', 'the function to invoke: name, name:alias or name:version')
    .option('--region <region>', "region of the function (default: the account's, or else the source's)")
    .option('--invocation <how>', 'event or request-response')
    .option('--on-failure <what>', 'what becomes of records that the target does not take')
    .option('--name <name>', "name of a new route (default: the stream's)")
    .option('--forwarder <forwarder>', 'the forwarder that reads the stream')
    .addOption(configOption())
    .option('--dry-run', 'print the change and write nothing', false)
    .action(async (flags: AddFlags) => (await import('./run.ts')).run(flags));
}
