import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleHandler } from '../../bundle/bundle-handler.ts';

let folder: string;
let metafile: Metafile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-bundle-'));
  metafile = await bundleHandler(folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe('bundleHandler', () => {
  test('writes one file that exports the handler', async () => {
    expect(Object.keys(metafile.outputs)).toHaveLength(1);
    expect(await readFile(join(folder, 'index.js'), 'utf8')).toContain('module.exports');
  });

  test('writes the same into another folder', async () => {
    const other = join(folder, 'other');
    await bundleHandler(other);
    const [one, two] = [folder, other].map((place) => readFile(join(place, 'index.js'), 'utf8'));
    expect(await two).toBe(await one);
  });

  test('writes into a relative folder of where the process is, wherever esbuild was loaded', async () => {
    const module = new URL('../../bundle/bundle-handler.ts', import.meta.url).href;
    const program = `const { bundleHandler } = await import('${module}');
      process.chdir('${folder}');
      await bundleHandler('relative');`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    expect(await readFile(join(folder, 'relative', 'index.js'), 'utf8')).toContain('module.exports');
  });

  test('holds no package in two versions', () => {
    const [output] = Object.values(metafile.outputs);
    const folders = new Set(
      Object.entries(output?.inputs ?? {})
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => /node_modules\/\.pnpm\/([^/]+)\//.exec(path)?.[1])
        .filter((folder) => folder !== undefined),
    );
    const names = Array.from(folders, (folder) => folder.slice(0, folder.indexOf('@', 1)));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('loads nothing but modules of Node; the SDK would load streams of events for operations that it does not call', () => {
    const [output] = Object.values(metafile.outputs);
    const loaded = (output?.imports ?? []).filter(({ path }) => !path.startsWith('node:'));
    expect(loaded.map(({ path, kind }) => [path, kind])).toEqual([
      ['@smithy/core/event-streams', 'dynamic-import'],
    ]);
  });

  test('holds none of what only the other side needs', () => {
    const [output] = Object.values(metafile.outputs);
    const packages = new Set(
      Object.entries(output?.inputs ?? {})
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]),
    );
    expect(packages).toContain('@aws-sdk/client-sts');
    for (const unwanted of ['aws-cdk-lib', 'constructs', 'yaml', 'ajv', 'leven', 'esbuild']) {
      expect(packages).not.toContain(unwanted);
    }
  });
});
