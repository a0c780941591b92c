import { Command, Option } from 'commander';
import { configOption } from '../terminal/options.ts';
import type { ExportFlags } from './run.ts';

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the roles of a target account as one file that its owner can review and deploy; for a group, as a CloudFormation template for a StackSet. With --bootstrap-policy, write the permissions that CloudFormation needs in accounts before anything is deployed there.',
    )
    .argument(
      '[accounts...]',
      'a name from "accounts" or "groups", or 12 digits; with --bootstrap-policy or --stackset any number of them (default: every target account)',
    )
    .addOption(
      new Option('--format <format>', 'terraform is for one account only')
        .choices(['cloudformation', 'terraform'])
        .default('cloudformation'),
    )
    .option('--out <file>', 'the file to write (default: standard output)')
    .addOption(
      new Option(
        '--bootstrap-policy',
        "the managed policies for CloudFormation's role, with which accounts are bootstrapped: of the source account, or of target accounts",
      )
        .default(false)
        .conflicts(['withFailureDestination', 'stackset']),
    )
    .addOption(
      new Option(
        '--stackset',
        'one template for any number of accounts (default: every target account), to deploy to an organizational unit',
      )
        .default(false)
        .conflicts('withFailureDestination'),
    )
    .option(
      '--with-failure-destination',
      'add a parameter that names an on-failure destination for the functions with "invocation: event"',
      false,
    )
    .addOption(configOption())
    .action(async (accounts: string[], flags: ExportFlags) =>
      (await import('./run.ts')).run(accounts, flags),
    );
}
