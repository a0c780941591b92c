import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../src/synthesize.ts';
import { routesOf } from './factories.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-synth-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('synthesize', () => {
  test('writes every stack and the bundle as an asset, and tells the stacks', async () => {
    const routes = routesOf(`
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`);
    const stacks = await synthesize(routes, folder);
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
});
