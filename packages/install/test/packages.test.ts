import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';
import { PUBLISHED } from '../src/published.ts';
import { runToSuccess } from '../src/run-process.ts';

/** With the name of each in the tests. */
const packed = inject('tarballs').map((tarball) => ({ ...tarball, name: tarball.manifest.name }));

function folderOf(name: string): string {
  const folder = PUBLISHED.find((published) => published.name === name)?.folder ?? '';
  return fileURLToPath(new URL(`../../${folder}`, import.meta.url));
}

describe.each(packed)('the package $name', ({ file, manifest }) => {
  test('has no problem that publint knows', async () => {
    const data = await readFile(file);
    const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('has the right types, however it is imported', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(file))));
    // A package that only has a command has no types.
    if (!('exports' in manifest)) return expect(analysis.types).toBe(false);
    expect(analysis.types).toBeTruthy();
    if (analysis.types !== false) expect(analysis.problems).toEqual([]);
  });

  test('has a licence, a README and source maps, and says where it comes from', async () => {
    const listed = await runToSuccess(['tar', '-tzf', file], { cwd: '.' });
    const files = listed
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, ''));
    expect(files).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'package.json',
        'dist/THIRD-PARTY-NOTICES',
      ]),
    );
    expect(
      files.filter((path) => !/^(dist\/.+|LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(path)),
    ).toEqual([]);
    const bundles = files.filter((path) => /^dist\/[^/]+\.js$/.test(path));
    expect(bundles.filter((path) => !files.includes(`${path}.map`))).toEqual([]);
    expect(manifest).toMatchObject({
      license: 'MIT',
      engines: { node: expect.stringMatching(/^>=22/) },
      keywords: expect.arrayContaining(['aws']),
      repository: { type: 'git', url: expect.stringMatching(/^git\+https:/), directory: expect.any(String) },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest).not.toHaveProperty('private');
  });

  test('has the public surface that api/ shows', async () => {
    const types = manifest.exports?.['.']?.import?.types;
    if (types === undefined) return expect(manifest).not.toHaveProperty('exports');
    const path = `package/${types.replace(/^\.\//, '')}`;
    const text = await runToSuccess(['tar', '-xzOf', file, path], { cwd: '.' });
    // Without comments: the words may change.
    const declared = text.replaceAll(/^\s*\/\*[\s\S]*?\*\/\n/gm, '').replaceAll(/^\/\/.*\n/gm, '');
    const snapshot = `../api/${manifest.name.replace(/^@.*\//, '')}.d.ts`;
    await expect(declared).toMatchFileSnapshot(
      snapshot,
      `If this is meant, "vitest --update" writes ${snapshot}`,
    );
  });

  test('can be published', async () => {
    const publish = ['npx', '--yes', 'pnpm@12', 'publish', '--dry-run', '--no-git-checks', '--json'];
    const { name, version, files } = JSON.parse(
      await runToSuccess(publish, { cwd: folderOf(manifest.name) }),
    );
    expect({ name, version }).toEqual({ name: manifest.name, version: manifest.version });
    expect(files.map(({ path }: { path: string }) => path)).toContain('package.json');
  });

  test('runs no script when it is installed, and needs no package of this repository', () => {
    const { scripts = {}, dependencies = {}, peerDependencies = {} } = manifest;
    const run = Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare/.test(name));
    expect(run).toEqual([]);
    const needed = Object.keys({ ...dependencies, ...peerDependencies });
    expect(needed.filter((name) => name.startsWith('@xacct/'))).toEqual([]);
  });
});
