import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToSuccess } from './run-process.ts';

/** The oldest that `engines` of the published packages allows. */
export const OLDEST_NODE = '22.18.0';

/**
 * Another Node.js than the one of this repository, from the npm package `node`.
 *
 * @returns its executable
 */
export async function installNode(version: string, folder: string): Promise<string> {
  const cwd = join(folder, `node-${version}`);
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'package.json'), '{"private":true}');
  await runToSuccess(['npm', 'install', `node@${version}`], { cwd });
  return join(cwd, 'node_modules/node/bin/node');
}
