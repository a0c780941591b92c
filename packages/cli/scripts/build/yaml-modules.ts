import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Uses the ES module build of `yaml`: esbuild drops what is not used, and the rest loads as one file. */
export function yamlModules(): Plugin {
  return {
    name: 'yaml-modules',
    setup({ onResolve }) {
      onResolve({ filter: /^yaml$/ }, ({ importer }) => {
        const manifest = createRequire(importer).resolve('yaml/package.json');
        return { path: join(dirname(manifest), 'browser/index.js'), sideEffects: false };
      });
    },
  };
}
