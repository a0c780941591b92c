import type { TestProject } from 'vitest/node';
import { installNode, OLDEST_NODE } from './src/install-node.ts';
import type { Tarball } from './src/pack.ts';
import { servePackages } from './src/serve-packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a registry that has the packages of this repository. */
    registry: string;
    /** URL of the registry that this machine uses. */
    upstream: string;
    tarballs: Tarball[];
    /** Executables of Node.js, by major version. */
    nodes: Record<22 | 24, string>;
  }
}

/** Packs all packages, and serves them for as long as the tests run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { folder, registry, upstream, tarballs, close } = await servePackages();
  project.provide('registry', registry);
  project.provide('upstream', upstream);
  project.provide('tarballs', tarballs);
  project.provide('nodes', { 22: await installNode(OLDEST_NODE, folder), 24: process.execPath });
  return close;
}
