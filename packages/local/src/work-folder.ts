import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWatchdog, type Watchdog } from './watchdog/watchdog.ts';

/** A temporary folder, which the watchdog removes if this process is killed. */
export async function openWorkFolder(given: Watchdog | undefined, cleanUps: AsyncDisposableStack) {
  const watchdog = given ?? createWatchdog();
  if (given === undefined) cleanUps.defer(() => watchdog.close());
  const folder = await mkdtemp(join(tmpdir(), 'xacct-local-'));
  watchdog.guardFolder(folder);
  cleanUps.defer(async () => {
    await rm(folder, { recursive: true, force: true });
    watchdog.releaseFolder(folder);
  });
  return { folder, guard: (child: ChildProcess) => watchdog.guard(child) };
}
