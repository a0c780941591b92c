import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = new URL('../client/', import.meta.url);

/** A file of the page; its script and its style are bundled from their sources. */
export async function readPageFile(name: string): Promise<string> {
  if (name === 'page.js') return bundle('page.ts');
  if (name === 'page.css') return bundle('styles/page.css');
  return readFile(new URL(name, folder), 'utf8');
}

async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(source, folder))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
