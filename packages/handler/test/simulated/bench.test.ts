import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const bench = fileURLToPath(new URL('../../bench/bench.ts', import.meta.url));

describe('bench', () => {
  test('prints what it measured as one object', async () => {
    const only = 'bundleKB,warmCallsExact,neighboursP99Ratio,simulatedMillionSeconds';
    const args = ['--json', '--only', only, '--rounds', '1'];
    const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args]);
    // Of what is measured here, nothing depends on time.
    const figures = JSON.parse(stdout) as Record<string, number>;
    expect(figures.warmInvokes).toBe(30);
    expect(figures.bundleKB).toBeLessThanOrEqual(150);
    // A twentieth of 10⁷ deliveries for each of the two scenarios.
    expect(figures.simulatedDeliveries).toBeGreaterThan(900_000);
  });
});
