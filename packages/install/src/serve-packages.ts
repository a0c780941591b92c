import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type Tarball } from './pack.ts';
import { PUBLISHED } from './published.ts';
import { runToSuccess } from './run-process.ts';
import { startRegistry } from './start-registry.ts';
import { trustCertificates } from './trust-certificates.ts';

export interface ServedPackages {
  /** A temporary folder, which `close` removes. */
  folder: string;
  /** URL of a registry that has the packages of this repository. */
  registry: string;
  /** URL of the registry that this machine uses. */
  upstream: string;
  tarballs: Tarball[];
  close(): Promise<void>;
}

/** Packs all packages that are published, and serves them. */
export async function servePackages(): Promise<ServedPackages> {
  const folder = await mkdtemp(join(tmpdir(), 'xacct-install-'));
  const tarballs: Tarball[] = [];
  for (const published of PUBLISHED) tarballs.push(await pack(published, folder));
  const setting = async (name: string) =>
    (await runToSuccess(['npm', 'config', 'get', name], { cwd: folder })).trim();
  trustCertificates(await setting('cafile'));
  const upstream = await setting('registry');
  const bundling = createRequire(import.meta.url)('aws-cdk-lib/package.json');
  const registry = await startRegistry({ tarballs, upstream, bundling });
  return {
    folder,
    registry: registry.url,
    upstream,
    tarballs,
    async close() {
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
