import { Command } from 'commander';
import { configOption, jsonOption, profileOption } from '../terminal/options.ts';
import { pointInTime } from '../terminal/point-in-time.ts';
import type { StatusFlags } from './run.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description(
      'Show what happens on a deployment, the worst first: for each route and target the records a minute that were delivered, filtered, parked, paused and failed, the calls and their time, and the last failure; for each route what waits and what is dead-lettered, how late the stream is read, and its alarms. Receives no message.',
    )
    .argument('[routes...]', 'only these routes (default: all)')
    .option(
      '--since <time>',
      'the time that figures are of, 1m to 15d: ISO 8601, or how long ago, such as 90m or 12h (default: 15m)',
      pointInTime(Date.now),
    )
    .option('--watch', 'read it again each minute, until it is stopped', false)
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {system, from, to, routes, forwarders, accountNames, unread} as one JSON object; with --watch one a line',
      ),
    )
    .action(async (routes: string[], flags: StatusFlags) => (await import('./run.ts')).run(routes, flags));
}
