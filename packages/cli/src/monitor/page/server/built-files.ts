import { readFile } from 'node:fs/promises';

/** In place of `source-files.ts` in the published package, which carries the files of the page in a folder of `dist`. */
export function readPageFile(name: string): Promise<string> {
  return readFile(new URL(`./page/${name}`, import.meta.url), 'utf8');
}
