import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackageManager } from './package-managers.ts';
import { runToSuccess } from './run-process.ts';
import { userEnvironment } from './user-environment.ts';

/** A folder of a user, who uses one package manager. */
export interface Project {
  folder: string;
  env: Record<string, string>;
  /** Adds packages as devDependencies. */
  add(...packages: string[]): Promise<string>;
  install(): Promise<string>;
  /** Runs the command of an installed package. */
  exec(...command: string[]): Promise<string>;
  /** Runs any command there. */
  run(...command: string[]): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ProjectOptions {
  manager: PackageManager;
  registry: string;
  /** Executable of another Node.js than this one. */
  node?: string | undefined;
  /** The package.json that is there. By default the folder is empty. */
  manifest?: object | undefined;
}

export async function createProject({ manager, registry, node, manifest }: ProjectOptions): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), `xacct-${manager.name}-`));
  if (manifest !== undefined)
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const env = userEnvironment(registry, node);
  const run = (...command: string[]) => runToSuccess(command, { cwd: folder, env });
  const managed = (args: readonly string[]) => run(...manager.command, ...args);
  return {
    folder,
    env,
    run,
    add: (...packages) => managed([...manager.add, ...packages]),
    install: () => managed(manager.install),
    exec: (...command) => managed([...manager.exec, ...command]),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
