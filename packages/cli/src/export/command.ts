import { Command, Option } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption } from '../terminal/options.ts';
import type { Export, ExportFormat } from './export-roles.ts';

interface ExportFlags {
  format: ExportFormat;
  out?: string;
  bootstrapPolicy: boolean;
  stackset: boolean;
  withFailureDestination: boolean;
  config: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the roles of a target account as one file for its owner to read, review and deploy; of a group, a CloudFormation template for a StackSet. With --bootstrap-policy, what CloudFormation is to be allowed in accounts before anything is deployed there.',
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
        "the managed policies for CloudFormation's role, to bootstrap accounts with; the source account's, or those of target accounts",
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
      'with a parameter that names an on-failure destination for the functions that are routed with "event"',
      false,
    )
    .addOption(configOption())
    .action(async (accounts: string[], flags: ExportFlags) => {
      const { out } = flags;
      const write = flags.bootstrapPolicy ? bootstrapPolicies : flags.stackset ? stackSet : roles;
      const exported = await write(accounts, flags);
      if (out === undefined) {
        process.stdout.write(exported.text);
        return;
      }
      const { writeWhole } = await import('./write-file.ts');
      await writeWhole(out, exported.text);
      process.stdout.write(`${out}: ${exported.summary}\n`);
    });
}

async function roles(
  accounts: string[],
  { config, format, withFailureDestination }: ExportFlags,
): Promise<Export> {
  const [wanted, ...others] = accounts;
  if (wanted === undefined || others.length > 0) {
    throw new CommandFailure(
      `Expected one account or group to write the roles of, got ${accounts.length === 0 ? 'none' : accounts.join(', ')}`,
      2,
    );
  }
  const [{ readValidFile }, { exportRoles }] = await Promise.all([
    import('../routes-file/read-routes.ts'),
    import('./export-roles.ts'),
  ]);
  const { routes, text } = await readValidFile(config);
  return exportRoles({ routes, text, file: config, wanted, format, withFailureDestination });
}

async function stackSet(wanted: string[], { config, format }: ExportFlags): Promise<Export> {
  if (format === 'terraform') throw new CommandFailure('A StackSet is CloudFormation: leave out --format', 2);
  const [{ readValidFile }, { exportStackSet }] = await Promise.all([
    import('../routes-file/read-routes.ts'),
    import('./stackset/export-stackset.ts'),
  ]);
  const { routes, text } = await readValidFile(config);
  return exportStackSet({ routes, text, file: config, wanted });
}

async function bootstrapPolicies(wanted: string[], { config, format }: ExportFlags): Promise<Export> {
  const [{ readValidFile }, { exportBootstrap }] = await Promise.all([
    import('../routes-file/read-routes.ts'),
    import('./export-bootstrap.ts'),
  ]);
  const { routes, text } = await readValidFile(config);
  return exportBootstrap({ routes, text, file: config, wanted, format });
}
