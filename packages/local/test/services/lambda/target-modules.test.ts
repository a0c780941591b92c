import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type FindModule,
  openTargetModules,
  TargetModulesError,
} from '../../../src/services/lambda/target-modules.ts';
import { temporaryFolder } from '../../factories.ts';

let folder: string;
let findModule: FindModule;

const write = (name: string, text = '') => writeFile(join(folder, name), text);
const versionOf = async (name: string) => (await findModule(name))?.version;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = join(temporary.folder, 'functions');
  await mkdir(folder);
  findModule = await openTargetModules(folder, join(temporary.folder, 'wrappers'));
  return temporary.remove;
});

describe('openTargetModules', () => {
  test('finds a module in JavaScript where it is, and nothing for other files', async () => {
    for (const name of ['reader.mjs', 'notes.md', 'other.js']) await write(name);
    expect(await findModule('reader')).toMatchObject({ codeFolder: folder });
    expect(await findModule('notes')).toBeUndefined();
    expect(await findModule('other')).toBeUndefined();
  });

  test('puts a module in JavaScript before one in TypeScript', async () => {
    await write(
      'ledger.ts',
      'export const handler = async (event: { n: number }): Promise<number> => event.n;',
    );
    const { codeFolder = '' } = (await findModule('ledger')) ?? {};
    expect(codeFolder).not.toBe(folder);
    const { handler } = await import(join(codeFolder, 'ledger.mjs'));
    expect(await handler({ n: 3 })).toBe(3);
  });

  test('finds a module that is new, and no longer one that is gone', async () => {
    expect(await findModule('reader')).toBeUndefined();
    await write('reader.mjs');
    expect(await findModule('reader')).toBeDefined();
    await rm(join(folder, 'reader.mjs'));
    expect(await findModule('reader')).toBeUndefined();
  });

  test('finds none once the folder is gone', async () => {
    await write('reader.mjs');
    await rm(folder, { recursive: true });
    expect(await findModule('reader')).toBeUndefined();
  });

  test('gives each version of a module another name', async () => {
    await write('reader.mjs', '1');
    const first = await versionOf('reader');
    expect(await versionOf('reader')).toBe(first);
    await write('reader.mjs', '2');
    const second = await versionOf('reader');
    expect(second).not.toBe(first);
    // As editors do that write beside it.
    await write('reader.mjs~', '3');
    await rename(join(folder, 'reader.mjs~'), join(folder, 'reader.mjs'));
    expect(await versionOf('reader')).not.toBe(second);
  });

  test('treats a module as changed when a file changes that it may import, except packages and hidden files', async () => {
    for (const name of ['lib', 'node_modules', '.git']) await mkdir(join(folder, name));
    await write('reader.mjs');
    const first = await versionOf('reader');
    await write('node_modules/index.js', '1');
    await write('.git/HEAD', '1');
    expect(await versionOf('reader')).toBe(first);
    await write('lib/price.ts', '1');
    expect(await versionOf('reader')).not.toBe(first);
  });

  test('refuses a folder that cannot be read, naming it', async () => {
    const missing = join(folder, 'missing');
    await expect(openTargetModules(missing, folder)).rejects.toThrow(
      new TargetModulesError(`The folder of target functions cannot be read: ${missing} (ENOENT)`),
    );
  });
});
