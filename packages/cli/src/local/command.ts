import { Command } from 'commander';
import {
  assemblyOption,
  configOption,
  faultsOption,
  jsonOption,
  seedOption,
  wholeNumber,
} from '../terminal/options.ts';
import type { LocalFlags } from './run.ts';

const UI_PORT = 4581;

export function localCommand(): Command {
  return new Command('local')
    .description('Run the routes in a local AWS that runs until it is stopped, for your own producers.')
    .addOption(configOption())
    .addOption(assemblyOption())
    .option('--port <n>', 'port of the endpoint, 0 for any free one', wholeNumber(0, 65_535), 4580)
    .option(
      '--functions <dir>',
      'target functions: <function name>.mjs or .ts, exporting handler(event, context)',
    )
    .option(
      '--ui [port]',
      `serve a page with the route map, rates and failures, on port ${UI_PORT} or another, 0 for any free one`,
      wholeNumber(0, 65_535),
    )
    .addOption(faultsOption())
    .addOption(seedOption())
    .addOption(jsonOption('print {endpoint, region, credentials, deliveries} as one line when ready'))
    .addHelpText(
      'after',
      `
Edit the routes file while it runs: valid edits are applied, and problems are reported with their places.
Edit a module in --functions: the next invocation runs it.
On a terminal it shows what happens on each route and target, the worst first; elsewhere it writes plain lines.`,
    )
    .action(async ({ ui, ...flags }: Omit<LocalFlags, 'ui'> & { ui?: number | true }) => {
      const { run } = await import('./run.ts');
      await run({ ...flags, ...(ui !== undefined && { ui: ui === true ? UI_PORT : ui }) });
    });
}
