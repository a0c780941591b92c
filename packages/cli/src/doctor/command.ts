import { Command } from 'commander';
import { configOption, jsonOption, profileOption, withoutAccountOption } from '../terminal/options.ts';
import type { DoctorFlags } from './run.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Check a deployment end to end without delivering a record: the forwarders probe every target, their retry queues and failure buckets; streams, mappings, parameters, stacks, alarms, queues and limits are read. One line for each thing that is wrong, with the fix. Exit code 1 if something is broken.',
    )
    .argument('[routes...]', 'check only these routes (default: all)')
    .option('--account <accounts...>', 'check only targets in these accounts (name, group or 12 digits)', [])
    .option('--strict', 'exit code 1 for warnings too', false)
    .addOption(configOption())
    .addOption(withoutAccountOption())
    .addOption(profileOption())
    .addOption(jsonOption('print {routes, targets, findings} as one JSON object'))
    .action(async (routes: string[], flags: DoctorFlags) => (await import('./run.ts')).run(routes, flags));
}
