import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** An expression in a source, what it is in `dist`, and the file that has it. */
interface Replacement {
  file: RegExp;
  source: string;
  built: string;
}

export interface BesideModules {
  plugin: Plugin;
  /**
   * After all builds.
   *
   * @throws {Error} when a source starts a program that is no entry point, or none has one of the expressions
   */
  end(): void;
}

const NODE_22 = fileURLToPath(new URL('./node-22.ts', import.meta.url));

const PROGRAM = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g;

const REPLACEMENTS: readonly Replacement[] = [
  {
    file: /[\\/]local[\\/]src[\\/]services[\\/]lambda[\\/].*\.ts$/,
    source: "import.meta.resolve('aws-lambda-ric')",
    built: "new URL('./aws-lambda-ric/index.mjs', import.meta.url)",
  },
  {
    file: /[\\/]cli[\\/]src[\\/]demo[\\/].*\.ts$/,
    source: "createRequire(import.meta.url)('@octokit/webhooks-examples')",
    built: "createRequire(import.meta.url)('./webhooks.json')",
  },
  // esbuild bundles what a pattern of paths matches, by the names of the files.
  ...['actions', 'validations'].map((folder) => ({
    file: /[\\/]kinesalite[\\/]index\.js$/,
    source: `require('./${folder}/' + action)`,
    built: `require('./${folder}/' + action + '.js')`,
  })),
];

/**
 * Sources address files by their paths beside the module. In `dist`, programs are JavaScript, and packages that are not bundled
 * are copies.
 *
 * @param programs extensions in `dist`, by the names of the entry points
 */
export function besideModules(programs: Readonly<Record<string, string>>): BesideModules {
  const met = new Set<Replacement>();
  const unknown: string[] = [];
  const plugin: Plugin = {
    name: 'beside-modules',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$|[\\/]kinesalite[\\/]index\.js$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        contents = contents.replaceAll(PROGRAM, (_, name: string) => {
          if (programs[name] === undefined) unknown.push(`${basename(path)} starts ${name}.ts`);
          return `new URL('./${name}${programs[name]}', import.meta.url)`;
        });
        for (const replacement of REPLACEMENTS) {
          if (!replacement.file.test(path) || !contents.includes(replacement.source)) continue;
          met.add(replacement);
          contents = contents.replaceAll(replacement.source, replacement.built);
        }
        if (/\bnew AsyncDisposableStack\b/.test(contents)) {
          // On the first line, so that the source map holds.
          contents = `import { AsyncDisposableStack } from ${JSON.stringify(NODE_22)}; ${contents}`;
        }
        return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
      });
    },
  };
  return {
    plugin,
    end() {
      const missing = REPLACEMENTS.filter((replacement) => !met.has(replacement));
      const problems = [
        ...unknown.map((text) => `${text}, which is no entry point of the build: add it there`),
        ...missing.map(({ source, file }) => `no source ${file} has ${source} any more: change the build`),
      ];
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
}
