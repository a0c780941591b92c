import { readValidFile } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import type { Export, ExportFormat } from './export-roles.ts';
import { writeOver } from './write-over.ts';

export interface ExportFlags {
  format: ExportFormat;
  out?: string;
  bootstrapPolicy: boolean;
  stackset: boolean;
  withFailureDestination: boolean;
  config: string;
}

/** Writes the roles of target accounts, or the policies to bootstrap accounts with, as one file. */
export async function run(accounts: string[], flags: ExportFlags): Promise<void> {
  const { out } = flags;
  const write = flags.bootstrapPolicy ? bootstrapPolicies : flags.stackset ? stackSet : roles;
  const exported = await write(accounts, flags);
  if (out === undefined) {
    process.stdout.write(exported.text);
    return;
  }
  await writeOver(out, exported.text);
  process.stdout.write(`${out}: ${exported.summary}\n`);
}

// Loaded when needed: they load the CDK, which takes a second.

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
  const { routes, text } = await readValidFile(config);
  const { exportRoles } = await import('./export-roles.ts');
  return exportRoles({ routes, text, file: config, wanted, format, withFailureDestination });
}

async function stackSet(wanted: string[], { config, format }: ExportFlags): Promise<Export> {
  if (format === 'terraform') throw new CommandFailure('A StackSet is CloudFormation: leave out --format', 2);
  const { routes, text } = await readValidFile(config);
  const { exportStackSet } = await import('./stackset/export-stackset.ts');
  return exportStackSet({ routes, text, file: config, wanted });
}

async function bootstrapPolicies(wanted: string[], { config, format }: ExportFlags): Promise<Export> {
  const { routes, text } = await readValidFile(config);
  const { exportBootstrap } = await import('./export-bootstrap.ts');
  return exportBootstrap({ routes, text, file: config, wanted, format });
}
