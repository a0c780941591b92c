import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleHandler } from './bundle-handler.ts';

/**
 * Writes the bundle of the handler into a package that is built: `handler/index.js`, and its hash in the form that
 * `sha256sum --check` reads. `built-handler.ts` finds both there.
 *
 * @param dist folder of the package's modules
 * @returns what esbuild put into the bundle
 */
export async function writeBuiltHandler(dist: string): Promise<Metafile> {
  const folder = join(dist, 'handler');
  const metafile = await bundleHandler(folder);
  const hash = createHash('sha256')
    .update(await readFile(join(folder, 'index.js')))
    .digest('hex');
  await writeFile(join(folder, 'index.js.sha256'), `${hash}  index.js\n`);
  return metafile;
}
