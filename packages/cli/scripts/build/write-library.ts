import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../../src/index.ts', import.meta.url));

/**
 * Writes what the package's module needs beside its bundle `index.js`: types, and the same for CommonJS, which loads the ES
 * module on the first call. So there is one state, however it is imported.
 *
 * @throws {Error} for an export that CommonJS cannot have this way, or for types that import others
 */
export async function writeLibrary(dist: string): Promise<void> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  // The types are read from this file only: its imports are for its code.
  const options = [
    '--declaration',
    '--emitDeclarationOnly',
    '--isolatedDeclarations',
    '--noResolve',
    '--noCheck',
  ];
  const target = ['--target', 'es2022', '--module', 'nodenext', '--ignoreConfig', '--outDir', dist];
  await promisify(execFile)(process.execPath, [tsc, source, ...options, ...target]);
  const types = join(dist, 'index.d.ts');
  if (/\bimport\b|\bfrom '/.test(withoutComments(await readFile(types, 'utf8')))) {
    throw new Error(
      `${types}: expected types that import nothing; write those that ${source} imports into it`,
    );
  }
  await copyFile(types, join(dist, 'index.d.cts'));
  await writeFile(join(dist, 'index.cjs'), await commonJs(join(dist, 'index.js')));
}

async function commonJs(module: string): Promise<string> {
  const exported: Record<string, unknown> = await import(pathToFileURL(module).href);
  const lines = Object.entries(exported).map(([name, value]) => {
    if (Object.prototype.toString.call(value) !== '[object AsyncFunction]') {
      throw new Error(`${source}: expected exports that are async functions, got ${name}`);
    }
    return `exports.${name} = async (...args) => (await import('./index.js')).${name}(...args);`;
  });
  return `'use strict';\n\n${lines.join('\n')}\n`;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
}
