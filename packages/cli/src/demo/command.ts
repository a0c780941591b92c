import { Command } from 'commander';
import {
  assemblyOption,
  configOption,
  faultsOption,
  jsonOption,
  seedOption,
  wholeNumber,
} from '../terminal/options.ts';
import type { DemoFlags } from './run.ts';

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Run the routes in a local AWS: put real events on every stream, and account for each event at every target.',
    )
    .addOption(configOption())
    .addOption(assemblyOption())
    .option(
      '--records <n>',
      'records to put on every routed stream (default: each event once)',
      wholeNumber(1, 1_000_000),
    )
    .option('--input <file>', 'events, one JSON document per line (default: sample webhooks of GitHub)')
    .option('--timeout <seconds>', 'how long to wait without progress', wholeNumber(1, 86_400), 60)
    .addOption(faultsOption())
    .addOption(seedOption())
    .addOption(jsonOption('print the result as one JSON object'))
    .addHelpText(
      'after',
      '\nThe exit code is 1 if a record is lost; without --faults, also if one is parked or failed.',
    )
    .action(async (flags: DemoFlags) => (await import('./run.ts')).run(flags));
}
