import { readFile } from 'node:fs/promises';

/** In place of `bundle-page-script.ts` in the published package, which carries the script. */
export function pageScript(): Promise<string> {
  return readFile(new URL('./page/page.js', import.meta.url), 'utf8');
}
