import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToSuccess } from './run-process.ts';

/**
 * Another Node.js than the one of this repository, from the npm package `node`.
 *
 * @returns its executable
 */
export async function installNode(major: number, folder: string): Promise<string> {
  const cwd = join(folder, `node-${major}`);
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'package.json'), '{"private":true}');
  await runToSuccess(['npm', 'install', `node@${major}`], { cwd });
  return join(cwd, 'node_modules/node/bin/node');
}
