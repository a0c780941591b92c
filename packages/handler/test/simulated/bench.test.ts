import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url));

describe('bench of the simulation', () => {
  test('prints what it measured as one object', async () => {
    const args = ['--json', '--only', 'simulatedMillionSeconds', '--rounds', '1'];
    const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args]);
    const figures = JSON.parse(stdout) as Record<string, number>;
    // A twentieth of 10⁷ deliveries for each of the two scenarios.
    expect(figures.simulatedDeliveries).toBeGreaterThan(900_000);
  });
});
