import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleHandler } from '@xacct/handler/bundle';

/** Writes the handler's bundle into `dist`, with the hash by which `handlerFolder` knows it. */
export async function writeHandler(): Promise<void> {
  const dist = fileURLToPath(new URL('../dist', import.meta.url));
  await bundleHandler(join(dist, 'handler'));
  const sha256 = createHash('sha256')
    .update(await readFile(join(dist, 'handler/index.js')))
    .digest('hex');
  await writeFile(join(dist, 'handler.json'), `${JSON.stringify({ sha256 })}\n`);
}
