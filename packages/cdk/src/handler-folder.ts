import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the handler's bundle, which the build of this package has written. From its content the CDK makes the hash of
 * the asset, so it has to be what was published, on every machine.
 *
 * @param dist folder of the package's modules; the same from `src` as from `dist`
 * @throws {Error} when the bundle is not there, or is not the one that was built
 */
export function handlerFolder(dist = fileURLToPath(new URL('../dist', import.meta.url))): string {
  const folder = join(dist, 'handler');
  const [expected] = read(join(folder, 'index.js.sha256')).split(' ');
  const got = createHash('sha256')
    .update(read(join(folder, 'index.js')))
    .digest('hex');
  if (got !== expected)
    throw new Error(
      `The handler in ${folder} is not the one that was published: expected sha256 ${expected}, got ${got}. Install @xacct/cdk again`,
    );
  return folder;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`Cannot read ${file}, which is a part of @xacct/cdk. Install the package again`, {
      cause,
    });
  }
}
