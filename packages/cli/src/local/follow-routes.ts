import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUsable } from '@xacct/core';
import type { AssemblyChange, RoutedAws } from '@xacct/reconcile';
import { withLocalErrors } from '../local-aws/with-local-errors.ts';
import { type ReadRoutes, readRoutes } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { renderProblems } from '../terminal/problems.ts';
import type { Synthesizer } from './synthesizer.ts';
import { watchFile } from './watch-file.ts';

export type RoutesEdit =
  /** `warnings`: rendered, or empty. `text`: the file that runs now. */
  | { outcome: 'applied'; change: AssemblyChange; warnings: string; text: string }
  /** What ran before runs on. `problem`: rendered, several lines as a rule. */
  | { outcome: 'refused'; problem: string };

export interface FollowOptions {
  config: string;
  /** The file as it was read for what runs now. */
  text: string;
  aws: Pick<RoutedAws, 'update'>;
  synthesizer: Synthesizer;
  /** For the assemblies; they are in use until the end. */
  folder: string;
  /** Where problems will be shown: colours only where it has them. */
  stream: NodeJS.WritableStream;
  onEdit: (edit: RoutesEdit) => void;
}

/** A file that stays the same for this long, in ms, is completely written. */
const SETTLED_MS = 80;

/** Follows the routes file: a valid edit is applied to the local AWS, and the problems of an invalid one are reported. */
export function followRoutes(options: FollowOptions): () => Promise<void> {
  const { config, aws, synthesizer, folder, stream, onEdit } = options;
  let seen = options.text;
  let edits = 0;
  let ended = false;

  const read = async (): Promise<RoutesEdit | undefined> => {
    const { routes, problems, text } = await readSettled(config, seen);
    if (text === seen) return undefined;
    seen = text;
    const rendered = renderProblems(problems, text, stream);
    if (routes === undefined || !isUsable(problems)) return { outcome: 'refused', problem: rendered };
    edits += 1;
    const assembly = join(folder, `cdk.out.${edits}`);
    await synthesizer.synthesize(routes, assembly);
    const change = await withLocalErrors(() => aws.update(assembly));
    return { outcome: 'applied', change, warnings: rendered, text };
  };

  const unwatch = watchFile(config, async () => {
    const edit = await read().catch((error: unknown): RoutesEdit => {
      const problem = error instanceof CommandFailure ? error.message : String(error);
      // Should the file come back as it was, it is news.
      seen = '';
      return { outcome: 'refused', problem };
    });
    if (edit !== undefined && !ended) onEdit(edit);
  });
  return () => {
    ended = true;
    return unwatch();
  };
}

/** Reads a file that may be being written: its content, or that it is missing, counts once it stays the same. */
async function readSettled(config: string, known: string): Promise<ReadRoutes> {
  const read = () => readRoutes(config).catch((error: Error) => error);
  for (let before = await read(); ; ) {
    if (!(before instanceof Error) && before.text === known) return before;
    await sleep(SETTLED_MS);
    const now = await read();
    const [was, is] = [before, now].map((state) => (state instanceof Error ? state.message : state.text));
    if (was !== is) before = now;
    else if (now instanceof Error) throw now;
    else return now;
  }
}
