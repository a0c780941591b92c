import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandFailure } from '../terminal/command-failure.ts';

/**
 * Replaces the content of a file at once, so that no reader ever sees a part of it. Keeps its mode, and a link to it.
 *
 * @throws {CommandFailure} when it cannot be written; the file is then as it was
 */
export async function replaceFile(file: string, content: string): Promise<void> {
  try {
    const path = await realpath(file);
    const { mode } = await stat(path);
    const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      await writeFile(unfinished, content, { flag: 'wx', flush: true });
      // The umask restricts the mode of a new file, so it is set here.
      await chmod(unfinished, mode & 0o7777);
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${file}: cannot be written (${code}); it is as it was`);
  }
}
