import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { unpackCode } from '../../src/assembly/unpack-code.ts';
import { temporaryFolder } from '../factories.ts';

let folder: string;
let code: { codeKey: string; codeFolder: string };

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  code = { codeKey: 'abc.zip', codeFolder: join(folder, 'project', 'asset.abc') };
  await mkdir(code.codeFolder, { recursive: true });
  await writeFile(join(code.codeFolder, 'index.js'), 'exports.handler = () => 1;');
  return temporary.remove;
});

describe('unpackCode', () => {
  test('copies code out of the package around it, once for each key', async () => {
    const unpacked = await unpackCode(code, join(folder, 'code'));
    expect(unpacked).toBe(join(folder, 'code', 'abc.zip'));
    expect(await readFile(join(unpacked, 'index.js'), 'utf8')).toContain('exports.handler');
    expect(await unpackCode(code, join(folder, 'code'))).toBe(unpacked);
  });

  test('runs code with its own package.json where it is', async () => {
    await writeFile(join(code.codeFolder, 'package.json'), '{}');
    expect(await unpackCode(code, join(folder, 'code'))).toBe(code.codeFolder);
  });
});
