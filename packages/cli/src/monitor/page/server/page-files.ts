import { readPageFile } from '#page-files';

export interface PageFile {
  type: string;
  text: string;
}

/** The files of the page, with their types. The script and the style are bundled from several sources. */
const TYPES = {
  'page.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

export type PageFileName = keyof typeof TYPES;

export const PAGE_FILES = Object.keys(TYPES) as PageFileName[];

/** The files of the page, by their paths. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const files = PAGE_FILES.map(
    async (name): Promise<[string, PageFile]> => [
      name === 'page.html' ? '/' : `/${name}`,
      { type: TYPES[name], text: await readPageFile(name) },
    ],
  );
  return new Map(await Promise.all(files));
}
