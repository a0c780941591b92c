import { readFile } from 'node:fs/promises';
import { pageScript } from '#page-script';

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
    pageScript(),
  ]);
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', text: html }],
    ['/page.css', { type: 'text/css; charset=utf-8', text: css }],
    ['/icon.svg', { type: 'image/svg+xml', text: icon }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', text: script }],
  ]);
}
