import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handlerFolder } from '../src/handler-folder.ts';

let dist: string;
beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), 'xacct-dist-'));
});
afterEach(() => rm(dist, { recursive: true }));

describe('handlerFolder', () => {
  test('is the folder of the bundle that the build has written', async () => {
    await cp(dirname(handlerFolder()), dist, { recursive: true });
    expect(handlerFolder(dist)).toBe(join(dist, 'handler'));
  });

  test('refuses a bundle that was changed after the build', async () => {
    await cp(dirname(handlerFolder()), dist, { recursive: true });
    await writeFile(join(dist, 'handler/index.js'), 'exports.handler = null;\r\n');
    expect(() => handlerFolder(dist)).toThrow(
      /^The handler in .* is not the one that was published: expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}\. Install @xacct\/cdk again$/,
    );
  });

  test('refuses a package without the bundle', () => {
    expect(() => handlerFolder(dist)).toThrow(
      /^Cannot read .*index\.js\.sha256, which is a part of @xacct\/cdk/,
    );
  });
});
