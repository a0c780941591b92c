import { build, type Metafile, stop } from 'esbuild';

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
    // The SDK loads it for an operation with a stream of events; the handler calls none.
    external: ['@smithy/core/event-streams'],
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
