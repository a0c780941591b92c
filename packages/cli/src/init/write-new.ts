import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandFailure } from '../terminal/command-failure.ts';

/** What became of a file: a line for the person who ran the command. */
export interface WrittenFile {
  path: string;
  outcome: string;
}

/** Writes a file unless it exists. */
export async function writeNew(folder: string, path: string, text: string): Promise<WrittenFile> {
  const file = join(folder, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    return { path, outcome: 'written' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { path, outcome: 'was there, left as it is' };
    throw new CommandFailure(`${file}: cannot be written (${code})`);
  }
}

/** Text of a file; undefined if there is none. */
export async function readIfThere(folder: string, path: string): Promise<string | undefined> {
  const file = join(folder, path);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CommandFailure(`${file}: cannot be read (${code})`);
  }
}
