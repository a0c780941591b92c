import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Contents of all files below a folder, by their paths. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const read = files.map(
    async (file): Promise<[string, string]> => [relative(folder, file), await readFile(file, 'base64')],
  );
  return Object.fromEntries((await Promise.all(read)).toSorted());
}
