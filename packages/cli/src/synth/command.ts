import { Command } from 'commander';
import { configOption } from '../terminal/options.ts';
import type { SynthFlags } from './run.ts';

export function synthCommand(): Command {
  return new Command('synth')
    .description('Write the cloud assembly: the CloudFormation templates of every account.')
    .addOption(configOption())
    .option('--out <dir>', 'the folder to write to', 'cdk.out')
    .action(async (flags: SynthFlags) => (await import('./run.ts')).run(flags));
}
