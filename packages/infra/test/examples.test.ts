import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-example-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('examples/cdk-app.ts', () => {
  test('writes the stacks of routes.yaml and one of its own', async () => {
    const script = fileURLToPath(new URL('../examples/cdk-app.ts', import.meta.url));
    // As the CDK's command tells it where to write.
    const env = { ...process.env, CDK_OUTDIR: folder };
    const { stderr } = await promisify(execFile)(process.execPath, [script], { env });
    expect(stderr).toBe('');
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    const stacks = Object.entries<{ type: string }>(manifest.artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name]) => name);
    expect(stacks).toContain('xacct-forwarder-default');
    expect(stacks).toContain('on-call');
    expect(stacks.some((name) => name.startsWith('xacct-route-'))).toBe(true);
  });
});
