import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleHandler } from '../bundle/bundle-handler.ts';

export interface Bundles {
  /** Paths of files to `require`. */
  deployed: string;
  /** The same source with the SDK's clients instead of requests of its own, by esbuild's defaults. */
  plain: string;
  /** The seed's way, by esbuild's defaults. */
  seed: string;
  deployedBytes: number;
}

export async function makeBundles(folder: string): Promise<Bundles> {
  const plain = await byDefaults('sdk/index.ts', join(folder, 'plain.js'));
  const seed = await byDefaults('seed/index.ts', join(folder, 'seed.js'));
  const { outputs } = await bundleHandler(folder);
  const deployedBytes = Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  return { deployed: join(folder, 'index.js'), plain, seed, deployedBytes };
}

async function byDefaults(entry: string, outfile: string): Promise<string> {
  const entryPoint = fileURLToPath(new URL(entry, import.meta.url));
  await build({ entryPoints: [entryPoint], outfile, bundle: true, platform: 'node', logLevel: 'error' });
  return outfile;
}
