import { spawn } from 'node:child_process';
import { CommandFailure } from '../terminal/command-failure.ts';
import type { PackageManager } from './package-manager.ts';

/**
 * Installs what package.json asks for. All that the package manager writes goes to standard error.
 *
 * @throws {CommandFailure} when it cannot be started or fails
 */
export async function installPackages(folder: string, manager: PackageManager): Promise<void> {
  process.stderr.write(`\n${manager} install\n`);
  const child = spawn(manager, ['install'], {
    cwd: folder,
    stdio: ['inherit', process.stderr, process.stderr],
  });
  const code = await new Promise<number | null | string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new CommandFailure(
    `"${manager} install" in ${folder} ended with ${code}. The files are written; install the packages by hand, or choose another --package-manager`,
  );
}
