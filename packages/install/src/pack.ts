import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Published } from './published.ts';
import { runToSuccess } from './run-process.ts';

export interface Manifest {
  name: string;
  version: string;
  exports?: Record<string, { import?: { types?: string } }>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface Tarball {
  file: string;
  /** The package.json in it. */
  manifest: Manifest;
  integrity: string;
  shasum: string;
}

const packages = fileURLToPath(new URL('../../', import.meta.url));

/** Packs a package as `pnpm publish` does, which replaces the fields that `publishConfig` has. */
export async function pack({ name, folder }: Published, destination: string): Promise<Tarball> {
  const cwd = join(packages, folder);
  if (!existsSync(join(cwd, 'dist'))) throw new Error(`${cwd}: there is no dist to pack; run "pnpm build"`);
  await mkdir(destination, { recursive: true });
  const packing = ['npx', '--yes', 'pnpm@12', 'pack', '--json', '--pack-destination', destination];
  const { filename } = JSON.parse(await runToSuccess(packing, { cwd }));
  const file = join(destination, basename(filename));
  const manifest = JSON.parse(await runToSuccess(['tar', '-xzOf', file, 'package/package.json'], { cwd }));
  if (manifest.name !== name) throw new Error(`${cwd}: expected the package ${name}, got ${manifest.name}`);
  const bytes = await readFile(file);
  const hash = (algorithm: string, encoding: 'base64' | 'hex') =>
    createHash(algorithm).update(bytes).digest(encoding);
  return { file, manifest, integrity: `sha512-${hash('sha512', 'base64')}`, shasum: hash('sha1', 'hex') };
}
