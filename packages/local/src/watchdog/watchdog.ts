import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Removes what this process leaves behind if it is killed or crashes. */
export interface Watchdog {
  /** Ends this child with this process, unless it ended before. */
  guard(child: ChildProcess): void;
  /** Removes a folder with this process, unless it is released before. */
  guardFolder(folder: string): void;
  releaseFolder(folder: string): void;
  /** Resolves once its process is gone, which has nothing left to do by then. */
  close(): Promise<void>;
}

export function createWatchdog(): Watchdog {
  const program = fileURLToPath(new URL('./watchdog-process.ts', import.meta.url));
  const watcher = spawn(process.execPath, [program], {
    // In a group of its own: it must survive the end of this process's group.
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it, everything that stops in order is still cleaned up.
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  const write = (line: string) => void (watcher.stdin.writable && watcher.stdin.write(`${line}\n`));
  return {
    guard(child) {
      const { pid } = child;
      if (pid === undefined) return;
      write(`+pid ${pid}`);
      child.once('exit', () => write(`-pid ${pid}`));
    },
    guardFolder: (folder) => write(`+folder ${folder}`),
    releaseFolder: (folder) => write(`-folder ${folder}`),
    async close() {
      if (watcher.pid === undefined || watcher.exitCode !== null || watcher.signalCode !== null) return;
      watcher.ref();
      const ended = once(watcher, 'exit');
      watcher.stdin.end();
      await ended;
    },
  };
}
