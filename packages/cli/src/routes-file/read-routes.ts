import { readFile } from 'node:fs/promises';
import { isUsable, type ParsedRoutes, parseRoutes, type Routes } from '@xacct/core';
import { CommandFailure } from '../terminal/command-failure.ts';
import { renderProblems } from '../terminal/problems.ts';

export interface ReadRoutes extends ParsedRoutes {
  /** The file as text, for showing where a problem is. */
  text: string;
}

/**
 * Reads and parses a routes file.
 *
 * @throws {CommandFailure} when the file cannot be read
 */
export async function readRoutes(file: string): Promise<ReadRoutes> {
  const bytes = await readBytes(file, '--config');
  return { ...parseRoutes(bytes, file), text: bytes.toString() };
}

/**
 * Like `readRoutes`, for commands that need a valid file. Warnings go to standard error.
 *
 * @throws {CommandFailure} also if the file has errors: with all problems and their places
 */
export async function readValidRoutes(file: string): Promise<Routes> {
  return (await readValidFile(file)).routes;
}

/**
 * Like `readValidRoutes`, with the text for the names of accounts and groups, which routes do not have.
 *
 * @throws {CommandFailure} as `readValidRoutes`
 */
export async function readValidFile(file: string): Promise<ReadRoutes & { routes: Routes }> {
  const { routes, problems, text } = await readRoutes(file);
  const rendered = renderProblems(problems, text, process.stderr);
  if (routes === undefined || !isUsable(problems)) throw new CommandFailure(rendered);
  if (rendered !== '') process.stderr.write(`${rendered}\n`);
  return { routes, problems, text };
}

/**
 * @param option that names the file
 * @throws {CommandFailure} when the file cannot be read
 */
export async function readBytes(file: string, option: '--config' | '--faults'): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandFailure(`${file}: no such file. Name one with ${option} FILE`, 2);
    throw new CommandFailure(`${file}: cannot be read (${code})`, 2);
  }
}
