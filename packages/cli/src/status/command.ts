import { Command, Option } from 'commander';
import { configOption, jsonOption, profileOption, wholeNumber } from '../terminal/options.ts';
import { pointInTime } from '../terminal/point-in-time.ts';
import type { StatusFlags } from './run.ts';

/** Not that of `xacct local --ui`, so that both can run. */
const UI_PORT = 4582;

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
    .addOption(
      new Option(
        '--ui [port]',
        `serve it as a page with the map of the routes, on port ${UI_PORT} of this machine or another, 0 for any free one, and read it again each minute`,
      )
        .argParser(wholeNumber(0, 65_535))
        .conflicts(['watch', 'json']),
    )
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(
      jsonOption(
        'print {system, from, to, routes, forwarders, accountNames, unread} as one JSON object; with --watch one a line',
      ),
    )
    .action(async (routes: string[], { ui, ...flags }: Omit<StatusFlags, 'ui'> & { ui?: number | true }) => {
      const { run } = await import('./run.ts');
      await run(routes, { ...flags, ...(ui !== undefined && { ui: ui === true ? UI_PORT : ui }) });
    });
}
