import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { synthesize } from '../src/synthesize.ts';
import { routesOf } from './factories.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-synth-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true }));

const ROUTES = routesOf(`
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`);

describe('synthesize', () => {
  test('writes every stack and the bundle as an asset, and returns the stacks', async () => {
    const stacks = await synthesize(ROUTES, folder);
    expect(stacks.map(({ name, account, region }) => [name, account, region])).toEqual([
      ['xacct-forwarder-default', '111111111111', 'us-west-2'],
      ['xacct-target-999999999999', '999999999999', 'us-west-2'],
      ['xacct-route-orders', '111111111111', 'us-west-2'],
    ]);
    for (const { name, resources } of stacks) {
      const template = JSON.parse(await readFile(join(folder, `${name}.template.json`), 'utf8'));
      expect(Object.keys(template.Resources)).toHaveLength(resources);
    }
    const asset = (await readdir(folder)).find((name) => name.startsWith('asset.'));
    expect(await readdir(join(folder, asset ?? ''))).toEqual(['index.js']);
  });

  test('leaves nothing else in the folder, and clears what an interrupted run left', async () => {
    const assembly = join(folder, 'interrupted');
    await mkdir(join(assembly, '.xacct-handler'), { recursive: true });
    await writeFile(join(assembly, '.xacct-handler/half.js'), '');
    await synthesize(ROUTES, assembly);
    const names = await readdir(assembly);
    expect(names).not.toContain('.xacct-handler');
    const asset = names.find((name) => name.startsWith('asset.'));
    expect(await readdir(join(assembly, asset ?? ''))).toEqual(['index.js']);
  });

  test('writes the bundle again into a folder that was deleted meanwhile', async () => {
    const assembly = join(folder, 'deleted');
    const assets = async () => (await readdir(assembly)).filter((name) => name.startsWith('asset.'));
    await synthesize(ROUTES, assembly);
    const first = await assets();
    await rm(assembly, { recursive: true });
    await synthesize(ROUTES, assembly);
    expect([first.length, await assets()]).toEqual([1, first]);
  });

  test('needs no folder for temporary files', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'missing'));
    await expect(synthesize(ROUTES, join(folder, 'no-tmp'))).resolves.toHaveLength(3);
  });

  test('refuses a path that is no folder', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(synthesize(ROUTES, file)).rejects.toThrow('a-file');
  });
});
