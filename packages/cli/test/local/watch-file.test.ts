import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchFile } from '../../src/local/watch-file.ts';

const WAIT = { timeout: 20_000, interval: 10 };

let folder: string;
let file: string;
let calls: number;
let end: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-watch-test-'));
  file = join(folder, 'routes.yaml');
  calls = 0;
  await writeFile(file, 'first');
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true, force: true });
});

/** The first call comes of itself. */
async function watch(): Promise<void> {
  end = watchFile(file, async () => {
    calls += 1;
  });
  await vi.waitFor(() => expect(calls).toBe(1), WAIT);
}

describe('watchFile', () => {
  test('sees a file that is written', async () => {
    await watch();
    await writeFile(file, 'second');
    await vi.waitFor(() => expect(calls).toBeGreaterThan(1), WAIT);
  });

  test('sees another file in its place, time and again', async () => {
    await watch();
    for (const text of ['second', 'third']) {
      const before = calls;
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
      await vi.waitFor(() => expect(calls).toBeGreaterThan(before), WAIT);
    }
  });

  test('sees a file that was deleted and is back', async () => {
    await watch();
    await rm(file);
    await vi.waitFor(() => expect(calls).toBeGreaterThan(1), WAIT);
    const before = calls;
    await writeFile(file, 'second');
    await vi.waitFor(() => expect(calls).toBeGreaterThan(before), WAIT);
  });

  test('calls once more after a call in which the file changed, and never twice at once', async () => {
    const gate = Promise.withResolvers<void>();
    let underWay = 0;
    let most = 0;
    end = watchFile(file, async () => {
      calls += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      await gate.promise;
      underWay -= 1;
    });
    await vi.waitFor(() => expect(calls).toBe(1), WAIT);
    await writeFile(file, 'second');
    gate.resolve();
    await vi.waitFor(() => expect(calls).toBeGreaterThan(1), WAIT);
    expect(most).toBe(1);
  });

  test('sees nothing once it is ended', async () => {
    await watch();
    await end();
    await writeFile(file, 'second');
    await writeFile(join(folder, 'other'), '');
    expect(calls).toBe(1);
  });
});
