import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBuiltHandler } from '@xacct/handler/write-built';
import { type BuildOptions, build } from 'esbuild';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { yamlModules } from 'xacct/build/yaml-modules';
import { writeNotices } from '../../../scripts/write-notices.ts';

/** `pnpm build`: `dist/`, all that the published package consists of. */
const entryPoint = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const dist = fileURLToPath(new URL('../dist', import.meta.url));

const CDK = ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'];

const COMMON = {
  entryPoints: [entryPoint],
  bundle: true,
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  conditions: ['xacct-dist'],
  plugins: [yamlModules()],
  external: CDK,
  legalComments: 'none',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

await rm(dist, { recursive: true, force: true });
const handler = await writeBuiltHandler(dist);
const module = await build({ ...COMMON, format: 'esm', outfile: join(dist, 'index.js') });
const script = await build({
  ...COMMON,
  format: 'cjs',
  outfile: join(dist, 'index.cjs'),
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
});
await writeTypes();
await writeNotices(dist, { metafiles: [handler, module.metafile, script.metafile], copied: [] });
for (const name of ['index.js', 'index.cjs', 'index.d.ts', 'handler/index.js']) {
  console.log(`dist/${name} ${Math.round((await stat(join(dist, name))).size / 1024)} KB`);
}

/** One file for each kind of module: each kind takes its types for those of itself only. */
async function writeTypes(): Promise<void> {
  const types = await rolldown({
    input: entryPoint,
    external: [/^aws-cdk-lib(\/|$)/, 'constructs'],
    plugins: [dts({ oxc: true, emitDtsOnly: true })],
    checks: { bundlerTimings: false },
  });
  await types.write({ dir: dist, format: 'es' });
  await types.close();
  const written = linesOfComments(await readFile(join(dist, 'index.d.ts'), 'utf8'));
  for (const name of ['index.d.ts', 'index.d.cts']) await writeFile(join(dist, name), written);
}

/** Comments on lines of their own: the plugin writes some before or behind a member. */
function linesOfComments(types: string): string {
  return types
    .replaceAll(/(?<=;) (\/\*\*.*\*\/)$/gm, '\n  $1')
    .replaceAll(/^( *)(\/\*\*.*?\*\/)(?=\S)/gm, '$1$2\n$1');
}
