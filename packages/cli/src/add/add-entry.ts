import {
  type AddedEntry,
  AddRouteError,
  addRoute,
  type NewEntry,
  type Problem,
  parseRoutes,
} from '@xacct/core';
import type { ReadRoutes } from '../routes-file/read-routes.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { renderProblems } from '../terminal/problems.ts';

/**
 * Adds an entry to a routes file that was read, and checks the result. New warnings go to standard error.
 *
 * @throws {CommandFailure} with every problem, when the entry cannot be added or the result has errors
 */
export function addEntry(file: string, { text, problems: before }: ReadRoutes, entry: NewEntry): AddedEntry {
  // Text that is not UTF-8 would be written differently from how it was read.
  if (before.some(({ code }) => code === 'encoding')) throw refusal(before, text);

  const added = insert(file, text, entry);
  const { routes, problems } = parseRoutes(added.text, file);
  if (routes === undefined) {
    throw refusal(problems, added.text, `; the lines are those of ${file} with the new entry`);
  }
  const isNew = ({ path, code }: Problem) =>
    !before.some((other) => other.path === path && other.code === code);
  const warnings = renderProblems(problems.filter(isNew), added.text, process.stderr);
  if (warnings !== '') process.stderr.write(`${warnings}\n`);
  return added;
}

function insert(file: string, text: string, entry: NewEntry): AddedEntry {
  try {
    return addRoute(text, entry, file);
  } catch (error) {
    if (error instanceof AddRouteError) throw refusal(error.problems, text);
    throw error;
  }
}

function refusal(problems: Problem[], text: string, note = ''): CommandFailure {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return new CommandFailure(`${renderProblems(errors, text, process.stderr)}\nNothing is added${note}`);
}
