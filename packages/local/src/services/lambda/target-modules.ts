import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Thrown when the folder of target functions cannot be read. */
export class TargetModulesError extends Error {
  override readonly name = 'TargetModulesError';
}

/** A target function's code, as it is at this moment. */
export interface TargetModule {
  /** Folder that holds `<function name>.mjs`. */
  codeFolder: string;
  /** Changes with any file of the folder, since modules may import each other. */
  version: string;
}

/** In this order, where a function has both. */
const EXTENSIONS = ['.mjs', '.ts'];

/** Finds the module of a function; undefined where it has none at this moment. */
export type FindModule = (functionName: string) => Promise<TargetModule | undefined>;

/**
 * Finds the modules of target functions in a folder: `<function name>.mjs` or `.ts`. The folder is looked at for
 * every invocation, so that each one runs the code as it is then.
 *
 * @param wrappers a folder for JavaScript modules that export those in TypeScript
 * @throws {TargetModulesError} when the folder cannot be read
 */
export async function openTargetModules(given: string, wrappers: string): Promise<FindModule> {
  const folder = resolve(given);
  await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const message = `The folder of target functions cannot be read: ${given} (${cause.code})`;
    throw new TargetModulesError(message, { cause });
  });

  /** AWS's runtime client finds only JavaScript; Node.js, which it runs in, reads both. */
  const wrap = async (functionName: string, file: string) => {
    const url = pathToFileURL(join(folder, file));
    await mkdir(wrappers, { recursive: true });
    await writeFile(join(wrappers, `${functionName}.mjs`), `export * from ${JSON.stringify(url)};\n`);
    return wrappers;
  };

  return async (functionName) => {
    const files = await filesBelow(folder);
    const own = EXTENSIONS.map((extension) => `${functionName}${extension}`);
    const file = own.find((name) => files.has(join(folder, name)));
    if (file === undefined) return undefined;
    const version = [file, ...[...files].sort().flat()].join('\n');
    return { version, codeFolder: extname(file) === '.ts' ? await wrap(functionName, file) : folder };
  };
}

/** A text for each file that changes with the file; without packages and hidden files. A missing folder has no files. */
async function filesBelow(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    // It may be replaced at this moment; the next look sees what came of that.
    const state = await stat(path, { bigint: true }).catch(() => undefined);
    if (state?.isDirectory()) for (const [file, its] of await filesBelow(path)) files.set(file, its);
    else if (state !== undefined) files.set(path, `${state.ino} ${state.size} ${state.mtimeNs}`);
  }
  return files;
}
