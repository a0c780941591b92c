import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGE_FILES } from '../../src/monitor/page/server/page-files.ts';
import { readPageFile } from '../../src/monitor/page/server/source-files.ts';

const packages = new URL('../../../', import.meta.url);
const file = (path: string) => fileURLToPath(new URL(path, packages));

/**
 * Copies what the program reads or runs as files.
 *
 * @returns folders of the packages that files are copied from
 */
export async function copyFiles(dist: string): Promise<string[]> {
  const runtimeClient = createRequire(file('local/package.json')).resolve('aws-lambda-ric');
  const webhooks = createRequire(file('cli/package.json')).resolve('@octokit/webhooks-examples');
  await copyInto(dist, [file('core/routes.schema.json'), file('local/src/services/lambda/rapid-client.cjs')]);
  await copyInto(
    join(dist, 'aws-lambda-ric'),
    ['index.mjs', 'LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES'].map((name) =>
      join(dirname(runtimeClient), name),
    ),
  );
  const page = join(dist, 'page');
  await mkdir(page, { recursive: true });
  for (const name of PAGE_FILES) await writeFile(join(page, name), await readPageFile(name));
  // Most of the 4 MB is white space.
  await writeFile(join(dist, 'webhooks.json'), JSON.stringify(JSON.parse(await readFile(webhooks, 'utf8'))));
  return [dirname(runtimeClient), dirname(dirname(webhooks))];
}

async function copyInto(folder: string, files: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(files.map((path) => copyFile(path, join(folder, basename(path)))));
}
