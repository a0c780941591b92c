import { readFile } from 'node:fs/promises';
import { formatProblem, type ParsedRoutes, parseRoutes, type Routes } from '@xacct/core';
import { CommandFailure } from './command-failure.ts';

/**
 * Reads and parses a routes file.
 *
 * @throws {CommandFailure} when the file cannot be read
 */
export async function readRoutes(file: string): Promise<ParsedRoutes> {
  return parseRoutes(await readText(file), file);
}

/**
 * As `readRoutes`, for commands that need a valid file.
 *
 * @throws {CommandFailure} also when the file has problems: all of them, one a line
 */
export async function readValidRoutes(file: string): Promise<Routes> {
  const { routes, problems } = await readRoutes(file);
  if (routes === undefined) throw new CommandFailure(problems.map(formatProblem).join('\n'));
  return routes;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandFailure(`${file}: no such file. Name one with --config FILE`, 2);
    throw new CommandFailure(`${file}: cannot be read (${code})`, 2);
  }
}
