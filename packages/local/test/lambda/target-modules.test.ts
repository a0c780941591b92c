import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { findModules, TargetModulesError } from '../../src/lambda/target-modules.ts';
import { temporaryFolder } from '../factories.ts';

let folder: string;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  return temporary.remove;
});

describe('findModules', () => {
  test('names the functions of the .mjs files in a folder', async () => {
    for (const name of ['reader.mjs', 'ledger.mjs', 'notes.md', 'other.js'])
      await writeFile(join(folder, name), '');
    expect(await findModules(folder)).toEqual(new Set(['reader', 'ledger']));
  });

  test('finds none without a folder', async () => {
    expect(await findModules(undefined)).toEqual(new Set());
  });

  test('refuses a folder that cannot be read, naming it', async () => {
    const missing = join(folder, 'missing');
    await expect(findModules(missing)).rejects.toThrow(
      new TargetModulesError(`The folder of target functions cannot be read: ${missing} (ENOENT)`),
    );
  });
});
