import { fileURLToPath } from 'node:url';
import { build, type Metafile, stop } from 'esbuild';
import { slimSdk } from './slim-sdk.ts';

/** What the function runs: the file `index.js` of the bundle, its export `handler`. */
export const HANDLER = 'index.handler';

/** Bundles the handler with all that it needs into `index.js` in a folder. One call at a time. */
export async function bundleHandler(folder: string): Promise<Metafile> {
  const bundled = build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    outfile: `${folder}/index.js`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    // The SDK's ES modules: unlike its CommonJS ones, what is not used falls away.
    mainFields: ['module', 'main'],
    plugins: [slimSdk()],
    metafile: true,
    logLevel: 'error',
  });
  try {
    return (await bundled).metafile;
  } finally {
    // Its service process would stay for as long as this one lives.
    await stop();
  }
}
