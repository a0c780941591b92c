import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { bundle } from './bundle.ts';

/** What the function runs: the file `index.js` of the bundle, its export `handler`. */
export const HANDLER = 'index.handler';

/**
 * Bundles the handler with all that it needs into `index.js` in a folder. One call at a time.
 *
 * @param folder is made where it is not there
 * @returns what esbuild put into the bundle
 * @throws {Error} esbuild's, when a part of the SDK is not as the bundle expects it
 *
 * @example await bundleHandler('dist/handler');
 */
export function bundleHandler(folder: string): Promise<Metafile> {
  return bundle(fileURLToPath(new URL('../src/index.ts', import.meta.url)), `${folder}/index.js`);
}
