import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { bundle } from './bundle.ts';

/** What the function runs: the file `index.js` of the bundle, its export `handler`. */
export const HANDLER = 'index.handler';

interface Bundled {
  metafile: Metafile;
  text: Buffer;
}

let bundled: Promise<Bundled> | undefined;

/**
 * Bundles the handler with all that it needs into `index.js` in a folder. A process bundles it once, and then writes it again.
 *
 * @param folder is made where it is not there
 * @returns what esbuild put into the bundle
 * @throws {Error} esbuild's, when a part of the SDK is not as the bundle expects it
 *
 * @example await bundleHandler('dist/handler');
 */
export async function bundleHandler(folder: string): Promise<Metafile> {
  // esbuild resolves a relative path against the folder that the process was in when it loaded esbuild.
  const file = resolve(folder, 'index.js');
  bundled ??= bundleInto(file).catch((error) => {
    bundled = undefined;
    throw error;
  });
  const { metafile, text } = await bundled;
  await mkdir(folder, { recursive: true });
  await writeFile(file, text);
  return metafile;
}

async function bundleInto(file: string): Promise<Bundled> {
  const metafile = await bundle(fileURLToPath(new URL('../src/index.ts', import.meta.url)), file);
  return { metafile, text: await readFile(file) };
}
