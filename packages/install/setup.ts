import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack, type Tarball } from './src/pack.ts';
import { PUBLISHED } from './src/published.ts';
import { runToSuccess } from './src/run-process.ts';
import { startRegistry } from './src/start-registry.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a registry that has the packages of this repository. */
    registry: string;
    /** URL of the registry that this machine uses. */
    upstream: string;
    tarballs: Tarball[];
  }
}

/** Packs all packages, and serves them for as long as the tests run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'xacct-install-'));
  const tarballs: Tarball[] = [];
  for (const published of PUBLISHED) tarballs.push(await pack(published, folder));
  const upstream = (await runToSuccess(['npm', 'config', 'get', 'registry'], { cwd: folder })).trim();
  const registry = await startRegistry({
    tarballs,
    upstream,
    bundling: createRequire(import.meta.url)('aws-cdk-lib/package.json'),
  });
  project.provide('registry', registry.url);
  project.provide('upstream', upstream);
  project.provide('tarballs', tarballs);
  return async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  };
}
