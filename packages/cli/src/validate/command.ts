import { Command } from 'commander';
import { configOption, jsonOption } from '../terminal/options.ts';
import type { ValidateFlags } from './run.ts';

export function validateCommand(): Command {
  return new Command('validate')
    .description('Check a routes file: prints "valid", or every problem with its place.')
    .addOption(configOption())
    .option('--strict', 'treat warnings as errors', false)
    .addOption(
      jsonOption('print the problems as an array of {path, line, column, severity, code, message, hint}'),
    )
    .action(async (flags: ValidateFlags) => (await import('./run.ts')).run(flags));
}
