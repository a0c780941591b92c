import { readdir } from 'node:fs/promises';

/** Thrown when the folder of target functions cannot be read. */
export class TargetModulesError extends Error {
  override readonly name = 'TargetModulesError';
}

/** The functions for which a folder has a module: `<function name>.mjs`. */
export async function findModules(folder: string | undefined): Promise<ReadonlySet<string>> {
  if (folder === undefined) return new Set();
  try {
    const names = await readdir(folder);
    return new Set(
      names.filter((name) => name.endsWith('.mjs')).map((name) => name.slice(0, -'.mjs'.length)),
    );
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TargetModulesError(`The folder of target functions cannot be read: ${folder} (${code})`, {
      cause,
    });
  }
}
