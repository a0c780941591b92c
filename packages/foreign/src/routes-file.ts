import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForeignAws } from './start-foreign-aws.ts';

/** The accounts of the repository's routes file. */
export const SOURCE = '111111111111';
export const LEGACY = '999999999999';
export const ANALYTICS = '222222222222';
export const BILLING = '333333333333';
export const AUDIT = '444444444444';
export const ACCOUNTS = [SOURCE, ANALYTICS, BILLING, AUDIT, LEGACY];
export const REGION = 'us-west-2';

/** The streams of its routes, and one more. */
export const STREAMS = ['events', 'orders', 'payments', 'returns'];

export const ROUTES_FILE = new URL('../../../routes.yaml', import.meta.url);

/** Writes the repository's routes file, or an edit of it, where the commands look for theirs. */
export async function writeRoutes(
  { folder }: Pick<ForeignAws, 'folder'>,
  edit: (text: string) => string = (text) => text,
): Promise<void> {
  await writeFile(join(folder, 'routes.yaml'), edit(await readFile(ROUTES_FILE, 'utf8')));
}

/** Replaces a part of a text that is there once. */
export function replaceOnce(text: string, part: string, by: string): string {
  const parts = text.split(part);
  if (parts.length !== 2)
    throw new Error(`"${part}" is ${parts.length - 1} times in the text, expected once`);
  return parts.join(by);
}
