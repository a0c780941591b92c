import { Command, Option } from 'commander';
import { CommandFailure } from '../terminal/command-failure.ts';
import { configOption } from '../terminal/options.ts';
import type { EntryFlags } from './ask-entry.ts';

interface AddFlags extends EntryFlags {
  region?: string;
  invocation?: string;
  name?: string;
  forwarder?: string;
  onFailure?: string;
  config: string;
  dryRun: boolean;
}

const EXAMPLE = 'xacct add --stream orders --account analytics --function reader';

export function addCommand(): Command {
  return new Command('add')
    .description(
      'Add an entry to a routes file: a route for the stream, or a target in the route that it has. Asks for what is missing.',
    )
    .option('--stream <stream>', 'the Kinesis stream to read')
    .option('--account <account>', 'the target account: a name, or 12 digits')
    .addOption(
      new Option('--group <group>', 'a group of accounts in place of --account').conflicts('account'),
    )
    .option('--function <function>', 'the function to invoke: name, name:alias or name:version')
    .option('--region <region>', "region of the function (default: the account's, or else the source's)")
    .option('--invocation <how>', 'event or request-response')
    .option('--on-failure <what>', 'what becomes of records that the target does not take')
    .option('--name <name>', "name of a new route (default: the stream's)")
    .option('--forwarder <forwarder>', 'the forwarder that reads the stream')
    .addOption(configOption())
    .option('--dry-run', 'print the change and write nothing', false)
    .action(async ({ config, dryRun, ...given }: AddFlags) => {
      const [
        { knownNames },
        { addEntry },
        { askEntry, isComplete, missingOptions },
        { readRoutes },
        { renderDiff },
      ] = await Promise.all([
        import('@xacct/core'),
        import('./add-entry.ts'),
        import('./ask-entry.ts'),
        import('../routes-file/read-routes.ts'),
        import('./render-diff.ts'),
      ]);
      const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
      if (!isComplete(given) && !isTerminal) {
        const message = `Missing ${missingOptions(given).join(', ')}: without a terminal there is nobody to ask`;
        throw new CommandFailure(`${message}. Give them all, as in ${EXAMPLE}`, 2);
      }
      const { stream, name, forwarder, ...target } = isComplete(given)
        ? given
        : await askEntry(given, knownNames((await readRoutes(config)).text), process.stdin, process.stderr);

      // Read again: a person may have changed the file while being asked.
      const before = await readRoutes(config);
      const { text, line, added, route } = addEntry(config, before, { stream, name, forwarder, target });
      if (dryRun) {
        process.stdout.write(renderDiff(config, before.text, text));
        return;
      }
      const { replaceFile } = await import('./replace-file.ts');
      await replaceFile(config, text);

      const what = `${target.account ?? target.group}/${target.function}`;
      const which =
        added === 'target' ? `target ${what} to route ${route}` : `route ${route} with target ${what}`;
      const flag = config === 'routes.yaml' ? '' : ` --config ${config}`;
      process.stdout.write(`${config}:${line}: added ${which}
Next: "xacct demo${flag}" shows it at work, "xacct deploy${flag}" deploys it
`);
    });
}
