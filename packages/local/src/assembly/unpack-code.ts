import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployedFunction } from './deployed.ts';

/**
 * Where to run a function's code from. In Lambda nothing lies above it; here a package may, and would say what kind of
 * module each `.js` file is. So the code is copied to a folder of its own, unless it has a `package.json` itself.
 *
 * @param folder for all code
 */
export async function unpackCode(
  { codeKey, codeFolder }: Pick<DeployedFunction, 'codeKey' | 'codeFolder'>,
  folder: string,
): Promise<string> {
  if (existsSync(join(codeFolder, 'package.json'))) return codeFolder;
  const unpacked = join(folder, codeKey);
  if (!existsSync(unpacked)) {
    await mkdir(folder, { recursive: true });
    await cp(codeFolder, unpacked, { recursive: true });
  }
  return unpacked;
}
