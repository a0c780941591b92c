import { knownNames } from '@xacct/core';
import { readRoutes } from '../routes-file/read-routes.ts';
import { renderDiff } from '../routes-file/render-diff.ts';
import { replaceFile } from '../routes-file/replace-file.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { addEntry } from './add-entry.ts';
import { askEntry, type EntryFlags, isComplete, missingOptions } from './ask-entry.ts';

export interface AddFlags extends EntryFlags {
  region?: string;
  invocation?: string;
  name?: string;
  forwarder?: string;
  onFailure?: string;
  config: string;
  dryRun: boolean;
}

const EXAMPLE = 'xacct add --stream orders --account analytics --function reader';

/** Adds an entry to a routes file, after it has asked for what is missing. */
export async function run({ config, dryRun, ...given }: AddFlags): Promise<void> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (!isComplete(given) && !isTerminal) {
    const message = `Missing ${missingOptions(given).join(', ')}: without a terminal, xacct cannot ask`;
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
  await replaceFile(config, text);

  const what = `${target.account ?? target.group}/${target.function}`;
  const which =
    added === 'target' ? `target ${what} to route ${route}` : `route ${route} with target ${what}`;
  const flag = config === 'routes.yaml' ? '' : ` --config ${config}`;
  process.stdout.write(`${config}:${line}: added ${which}
Next: "xacct demo${flag}" shows it at work, "xacct deploy${flag}" deploys it
`);
}
