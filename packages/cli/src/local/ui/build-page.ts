import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface PageFile {
  type: string;
  text: string;
}

const folder = new URL('./page/', import.meta.url);

/** The files of the page, by their paths. */
export async function buildPage(): Promise<ReadonlyMap<string, PageFile>> {
  const read = (name: string) => readFile(new URL(name, folder), 'utf8');
  const [html, css, icon, script] = await Promise.all([
    read('page.html'),
    read('page.css'),
    read('icon.svg'),
    build({
      entryPoints: [fileURLToPath(new URL('page.ts', folder))],
      bundle: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      logLevel: 'silent',
    }),
  ]);
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', text: html }],
    ['/page.css', { type: 'text/css; charset=utf-8', text: css }],
    ['/icon.svg', { type: 'image/svg+xml', text: icon }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', text: script.outputFiles[0]?.text ?? '' }],
  ]);
}
