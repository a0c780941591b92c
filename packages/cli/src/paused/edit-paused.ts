import { AddRouteError, changePaused, type PausedChange, type Problem } from '@xacct/core';
import type { ReadRoutes } from '../routes-file/read-routes.ts';
import { renderDiff } from '../routes-file/render-diff.ts';
import { replaceFile } from '../routes-file/replace-file.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { confirm } from '../terminal/confirm.ts';
import { renderProblems } from '../terminal/problems.ts';

export interface EditOptions extends PausedChange {
  config: string;
  read: Pick<ReadRoutes, 'text' | 'problems'>;
  /** What is asked before the file is written. */
  question: string;
  yes: boolean;
  /** Shows the change, and writes nothing. */
  dryRun: boolean;
  signal: AbortSignal;
}

/**
 * Pauses or resumes a target in the routes file: shows the change, asks, and writes the file.
 *
 * @returns whether the file changes
 * @throws {CommandFailure} when it cannot be changed, or nobody wants it
 */
export async function editPaused(options: EditOptions): Promise<boolean> {
  const { config, read, question, yes, dryRun, signal } = options;
  // Text that is not UTF-8 would be written differently from how it was read.
  if (read.problems.some(({ code }) => code === 'encoding')) throw refusal(read.problems, read.text);
  const changed = change(options);
  if (changed === read.text) return false;
  process.stderr.write(renderDiff(config, read.text, changed));
  if (dryRun) return true;
  if (!yes) await confirm(question, `${config} is as it was`, { signal });
  await replaceFile(config, changed);
  return true;
}

function change({ read: { text }, config, route, entry, account, paused }: EditOptions): string {
  try {
    return changePaused(text, { route, entry, account, paused }, config);
  } catch (error) {
    if (error instanceof AddRouteError) throw refusal(error.problems, text);
    throw error;
  }
}

function refusal(problems: readonly Problem[], text: string): CommandFailure {
  return new CommandFailure(`${renderProblems(problems, text, process.stderr)}\nNothing is changed`);
}
