import { Command, Option } from 'commander';
import { configOption } from '../terminal/options.ts';
import type { AddFlags } from './run.ts';

export function addCommand(): Command {
  return new Command('add')
    .description(
      'Add an entry to a routes file: a route for the stream, or a target to its existing route. Asks for what is missing.',
    )
    .option('--stream <stream>', 'the Kinesis stream to read')
    .option('--account <account>', 'the target account: a name, or 12 digits')
    .addOption(
      new Option('--group <group>', 'a group of accounts, instead of --account').conflicts('account'),
    )
    .option('--function <function>', 'the function to invoke: name, name:alias or name:version')
    .option('--region <region>', "region of the function (default: the account's region, or the source's)")
    .option('--invocation <how>', 'event or request-response')
    .option('--on-failure <what>', 'what happens to records that the target fails on')
    .option('--name <name>', 'name of a new route (default: the name of the stream)')
    .option('--forwarder <forwarder>', 'the forwarder that reads the stream')
    .addOption(configOption())
    .option('--dry-run', 'print the change, without writing it', false)
    .action(async (flags: AddFlags) => (await import('./run.ts')).run(flags));
}
