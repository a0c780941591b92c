import { writeFile } from 'node:fs/promises';
import { readValidFile } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import type { Export, ExportFormat } from './export-roles.ts';

export interface ExportFlags {
  format: ExportFormat;
  out?: string;
  bootstrapPolicy: boolean;
  stackset: boolean;
  withFailureDestination: boolean;
  config: string;
}

/** Writes the roles of target accounts, or the policies to bootstrap accounts with, as one file. */
export async function run(accounts: string[], { out, ...flags }: ExportFlags): Promise<void> {
  const { text, summary } = await exported(accounts, flags);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  await writeFile(out, text).catch(({ code }: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${out}: cannot be written (${code})`);
  });
  process.stdout.write(`${out}: ${summary}\n`);
}

async function exported(
  accounts: string[],
  { bootstrapPolicy, stackset, withFailureDestination, config, format }: Omit<ExportFlags, 'out'>,
): Promise<Export> {
  const [wanted = ''] = accounts;
  if (!bootstrapPolicy && !stackset && accounts.length !== 1) {
    throw new CommandFailure(
      `Expected one account or group to write the roles of, got ${accounts.length === 0 ? 'none' : accounts.join(', ')}`,
      2,
    );
  }
  if (stackset && format === 'terraform') {
    throw new CommandFailure('A StackSet is CloudFormation: leave out --format', 2);
  }
  const { routes, text } = await readValidFile(config);
  const request = { routes, text, file: config, wanted: accounts, format };
  // Loaded when needed: they load the CDK, which takes a second.
  if (bootstrapPolicy) return (await import('./export-bootstrap.ts')).exportBootstrap(request);
  if (stackset) return (await import('./stackset/export-stackset.ts')).exportStackSet(request);
  return (await import('./export-roles.ts')).exportRoles({ ...request, wanted, withFailureDestination });
}
