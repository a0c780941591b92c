import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from './project.ts';
import { runProcess } from './run-process.ts';

export interface InstallFigures {
  /** Packages with their versions, each once, with the package itself. */
  packages: number;
  /** On disk, as `du` counts. */
  megabytes: number;
  /** Of these, what the CDK and its assets take. */
  cdkMegabytes: number;
  /** Packages that run a script when they are installed. */
  installScripts: string[];
  deprecated: string[];
  /** What `npm audit` finds; null where the registry does not answer it. */
  vulnerabilities: number | null;
}

/** The goals: none of the figures may be above. */
export const GOALS = { packages: 90, megabytes: 225, installScripts: 0, deprecated: 0, vulnerabilities: 0 };

interface LockedPackage {
  version?: string;
  hasInstallScript?: boolean;
  deprecated?: string;
}

/** What npm installed in a project. */
export async function measureInstall(project: Project, upstream: string): Promise<InstallFigures> {
  const modules = join(project.folder, 'node_modules');
  const lock = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8'));
  const locked: [string, LockedPackage][] = Object.entries(lock.packages);
  const named = locked.map(([path, found]) => ({ ...found, name: path.replace(/^.*node_modules\//, '') }));
  const namesOf = (are: (found: LockedPackage) => boolean) =>
    named.filter(are).map(({ name, version }) => `${name}@${version}`);
  return {
    packages: new Set(namesOf(() => true)).size,
    megabytes: await megabytesOf(modules),
    cdkMegabytes:
      (await megabytesOf(join(modules, 'aws-cdk-lib'))) + (await megabytesOf(join(modules, '@aws-cdk'))),
    installScripts: namesOf(({ hasInstallScript = false }) => hasInstallScript),
    deprecated: namesOf(({ deprecated }) => deprecated !== undefined),
    vulnerabilities: await audit(project, upstream),
  };
}

async function audit({ folder, env }: Project, upstream: string): Promise<number | null> {
  const command = ['npm', 'audit', '--json', '--registry', upstream];
  const { stdout } = await runProcess(command, { cwd: folder, env });
  const { metadata } = JSON.parse(stdout || '{}');
  return metadata?.vulnerabilities?.total ?? null;
}

async function megabytesOf(folder: string): Promise<number> {
  return Math.round((await blocksOf(folder, new Set())) / 2048);
}

/** Blocks of 512 bytes; a file with several names counts once. */
async function blocksOf(path: string, seen: Set<number>): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || seen.has(found.ino)) return 0;
  seen.add(found.ino);
  let blocks = found.blocks;
  if (!found.isDirectory()) return blocks;
  for (const name of await readdir(path)) blocks += await blocksOf(join(path, name), seen);
  return blocks;
}
