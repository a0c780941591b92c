import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Of the two builds of `yaml` takes the one of ES modules: what is not used falls away, and all of it loads at once. */
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
