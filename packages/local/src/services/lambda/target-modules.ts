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

/**
 * The modules in a folder that stand for target functions: `<function name>.mjs` or `.ts`. The folder is looked at for
 * every invocation, so that each one runs the code as it is then.
 */
export class TargetModules {
  readonly #folder: string;
  readonly #wrappers: string;

  private constructor(folder: string, wrappers: string) {
    this.#folder = folder;
    this.#wrappers = wrappers;
  }

  /**
   * @param wrappers a folder for JavaScript modules that export those in TypeScript
   * @throws {TargetModulesError} when the folder cannot be read
   */
  static async open(folder: string, wrappers: string): Promise<TargetModules> {
    try {
      await readdir(folder);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new TargetModulesError(`The folder of target functions cannot be read: ${folder} (${code})`, {
        cause,
      });
    }
    return new TargetModules(resolve(folder), wrappers);
  }

  /** The module of a function; undefined where it has none at this moment. */
  async find(functionName: string): Promise<TargetModule | undefined> {
    const files = await filesBelow(this.#folder);
    const own = EXTENSIONS.map((extension) => `${functionName}${extension}`);
    const file = own.find((name) => files.has(join(this.#folder, name)));
    if (file === undefined) return undefined;
    const version = [file, ...[...files].sort().flat()].join('\n');
    const isTypeScript = extname(file) === '.ts';
    return { version, codeFolder: isTypeScript ? await this.#wrap(functionName, file) : this.#folder };
  }

  /** AWS's runtime client finds only JavaScript; Node.js, which it runs in, reads both. */
  async #wrap(functionName: string, file: string): Promise<string> {
    const url = pathToFileURL(join(this.#folder, file));
    await mkdir(this.#wrappers, { recursive: true });
    await writeFile(join(this.#wrappers, `${functionName}.mjs`), `export * from ${JSON.stringify(url)};\n`);
    return this.#wrappers;
  }
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
