import { writeFile } from 'node:fs/promises';
import { CommandFailure } from '../terminal/command-failure.ts';

/**
 * Writes a file, and overwrites an existing one.
 *
 * @throws {CommandFailure} when it cannot be written
 */
export async function writeOver(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch(({ code }: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${file}: cannot be written (${code})`);
  });
}
