import { Command, Option } from 'commander';
import { configOption } from './options.ts';

interface ExportFlags {
  format: 'cloudformation' | 'terraform';
  out?: string;
  withFailureDestination: boolean;
  config: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the roles of a target account as one file for its owner to read, review and deploy; of a group, a CloudFormation template for a StackSet.',
    )
    .argument('<account>', 'a name from "accounts" or "groups", or 12 digits')
    .addOption(
      new Option('--format <format>', 'terraform is for one account only')
        .choices(['cloudformation', 'terraform'])
        .default('cloudformation'),
    )
    .option('--out <file>', 'the file to write (default: standard output)')
    .option(
      '--with-failure-destination',
      'with a parameter that names an on-failure destination for the functions that are routed with "event"',
      false,
    )
    .addOption(configOption())
    .action(async (wanted: string, { format, out, config, withFailureDestination }: ExportFlags) => {
      const [{ readValidFile }, { exportRoles }] = await Promise.all([
        import('../read-routes.ts'),
        import('../export/export-roles.ts'),
      ]);
      const { routes, text } = await readValidFile(config);
      const exported = await exportRoles({
        routes,
        text,
        file: config,
        wanted,
        format,
        withFailureDestination,
      });
      if (out === undefined) {
        process.stdout.write(exported.text);
        return;
      }
      const { writeWhole } = await import('../write-whole.ts');
      await writeWhole(out, exported.text);
      process.stdout.write(`${out}: ${exported.summary}\n`);
    });
}
