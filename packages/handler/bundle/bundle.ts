import { build, type Metafile, stop } from 'esbuild';
import { slimSdk } from './slim-sdk.ts';

/** Bundles a module for Lambda. One call at a time. */
export async function bundle(entryPoint: string, outfile: string): Promise<Metafile> {
  const bundled = build({
    entryPoints: [entryPoint],
    outfile,
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
    logLevel: 'silent',
  });
  try {
    return (await bundled).metafile;
  } finally {
    // Its service process would stay for as long as this one lives.
    await stop();
  }
}
