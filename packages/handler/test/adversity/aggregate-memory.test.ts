import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('measure-aggregates.ts', import.meta.url));

test('a batch of aggregated records of many small ones fits into the 512 MB that a forwarder has by default', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]);

  expect(Number(stdout)).toBeLessThan(512);
}, 30_000);
