import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * In place of `bundle-handler.ts` in the published packages, which resolve with the condition `xacct-dist`: they carry the
 * bundle, so that no bundler runs at their users', and every machine deploys the same bytes. `write-built.ts` writes it beside
 * this module.
 */

export const HANDLER = 'index.handler';

/**
 * Writes the bundle of the handler as `index.js` into a folder.
 *
 * @param folder is made where it is not there
 * @throws {Error} when the file of the package is not the one that was published
 */
export async function bundleHandler(folder: string): Promise<void> {
  const text = await readFile(new URL('./handler/index.js', import.meta.url));
  const written = await readFile(new URL('./handler/index.js.sha256', import.meta.url), 'utf8');
  const [expected] = written.split(' ');
  const hash = createHash('sha256').update(text).digest('hex');
  if (hash !== expected) {
    throw new Error(
      `handler/index.js of the installed package has the SHA-256 ${hash}, expected ${expected}: install the package again`,
    );
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.js'), text);
}
