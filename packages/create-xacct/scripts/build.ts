import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { yamlModules } from 'xacct/build/yaml-modules';
import { writeNotices } from '../../../scripts/write-notices.ts';

/** `pnpm build`: one file, with all that `xacct init` needs. */
const dist = fileURLToPath(new URL('../dist', import.meta.url));
await rm(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [fileURLToPath(new URL('../bin/create-xacct.js', import.meta.url))],
  outfile: `${dist}/create-xacct.js`,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  mainFields: ['module', 'main'],
  plugins: [yamlModules()],
  legalComments: 'none',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
});
await writeNotices(dist, { metafiles: [metafile], copied: [] });
for (const [file, { bytes }] of Object.entries(metafile.outputs))
  console.log(file, `${Math.round(bytes / 1024)} KB`);
