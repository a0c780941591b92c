import { watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Editors write a file in several steps; what they leave after the last one counts. */
const QUIET_MS = 80;

/**
 * Calls back now and after each change of a file, one call at a time; what changes during a call leads to one more.
 * It looks at the folder, since many editors put a new file in the place of the old one.
 *
 * @returns how to end it; resolves once no call is under way
 */
export function watchFile(file: string, onChange: () => Promise<void>): () => Promise<void> {
  const name = basename(file);
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let ended = false;
  const change = () => {
    underWay = underWay.then(() => (ended ? undefined : onChange()));
  };
  const watcher = watch(dirname(resolve(file)), (_, changed) => {
    // Where the system does not report a name, it may be this file.
    if (changed !== null && changed !== name) return;
    clearTimeout(timer);
    timer = setTimeout(change, QUIET_MS);
  });
  // What changed before it was watched is seen as well.
  change();
  // The folder is gone: nothing more will be seen.
  watcher.on('error', () => watcher.close());
  return async () => {
    ended = true;
    clearTimeout(timer);
    watcher.close();
    await underWay;
  };
}
