import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FoundPython } from './find-python.ts';

const run = promisify(execFile);

const FOLDER = fileURLToPath(new URL('../../.venv', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('../../requirements.txt', import.meta.url));
/** Written last, so that an environment which was cut short is made anew. */
const COMPLETE = join(FOLDER, 'complete');

/**
 * Makes the virtual environment of `requirements.txt` where there is none, or one of another Python or of other versions.
 *
 * @returns the folder of its commands
 * @throws what pip wrote, where it could not install
 */
export async function virtualEnvironment({ command, identity }: FoundPython): Promise<string> {
  const commands = join(FOLDER, 'bin');
  const requirements = await readFile(REQUIREMENTS);
  const wanted = createHash('sha256').update(identity).update(requirements).digest('hex');
  if ((await readFile(COMPLETE, 'utf8').catch(() => '')) === wanted) return commands;
  await rm(FOLDER, { recursive: true, force: true });
  await run(command, ['-m', 'venv', FOLDER]);
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  await run(join(commands, 'python'), ['-m', 'pip', 'install', ...quiet, '--requirement', REQUIREMENTS]);
  await writeFile(COMPLETE, wanted);
  return commands;
}
