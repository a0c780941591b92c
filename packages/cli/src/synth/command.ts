import { Command } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption } from '../terminal/options.ts';

export function synthCommand(): Command {
  return new Command('synth')
    .description('Write the cloud assembly: the CloudFormation templates of every account.')
    .addOption(configOption())
    .option('--out <dir>', 'the folder to write to', 'cdk.out')
    .action(async ({ config, out }: { config: string; out: string }) => {
      const { readValidRoutes } = await import('../routes-file/read-routes.ts');
      const routes = await readValidRoutes(config);
      const [{ synthesize }, { count }, { renderTable }] = await Promise.all([
        import('@xacct/infra'),
        import('../terminal/count.ts'),
        import('../terminal/table.ts'),
      ]);
      const stacks = await synthesize(routes, out).catch((error: Error) => {
        throw new CommandFailure(`${out}: the stacks cannot be written: ${error.message}`);
      });
      const rows = stacks.map(({ name, account, region, resources }) => [name, account, region, resources]);
      process.stdout.write(renderTable(['stack', 'account', 'region', 'resources'], rows));
      process.stdout.write(`${count(stacks.length, 'stack')} in ${out}\n`);
    });
}
