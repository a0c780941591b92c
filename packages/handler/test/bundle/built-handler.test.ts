import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBuiltHandler } from '../../bundle/write-built.ts';

/** As in a published package: the module beside the bundle and its hash. */
let dist: string;
beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'xacct-built-'));
  await writeBuiltHandler(dist);
  copyFileSync(
    fileURLToPath(new URL('../../bundle/built-handler.ts', import.meta.url)),
    join(dist, 'module.ts'),
  );
});
afterAll(() => rmSync(dist, { recursive: true }));

function bundleInto(folder: string): void {
  const program = `const { bundleHandler } = await import('./module.ts'); await bundleHandler(process.argv[1]);`;
  const args = ['--input-type=module', '--eval', program, folder];
  execFileSync(process.execPath, args, { cwd: dist, stdio: 'pipe' });
}

describe('bundleHandler of a published package', () => {
  test('writes the bundle that the package carries, without a bundler', () => {
    bundleInto('deeper/out');
    const written = readFileSync(join(dist, 'deeper/out/index.js'));
    expect(written.equals(readFileSync(join(dist, 'handler/index.js')))).toBe(true);
    expect(written.length).toBeGreaterThan(100_000);
  });

  test('has a hash that sha256sum reads', () => {
    const hash = createHash('sha256')
      .update(readFileSync(join(dist, 'handler/index.js')))
      .digest('hex');
    expect(readFileSync(join(dist, 'handler/index.js.sha256'), 'utf8')).toBe(`${hash}  index.js\n`);
  });

  test('refuses a bundle that was changed', () => {
    appendFileSync(join(dist, 'handler/index.js'), '\n');
    expect(() => bundleInto('other')).toThrow(
      /handler\/index\.js of the installed package has the SHA-256 \w{64}, expected \w{64}/,
    );
  });
});
