import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Removes what this process leaves behind if it is killed or crashes. */
export class Watchdog {
  readonly #process: ChildProcess;

  constructor() {
    const program = fileURLToPath(new URL('./watchdog-process.ts', import.meta.url));
    this.#process = spawn(process.execPath, [program], {
      // In a group of its own: it must survive the end of this process's group.
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without it, everything that stops in order is still cleaned up.
    this.#process.on('error', () => {});
    this.#process.stdin?.on('error', () => {});
    this.#process.unref();
  }

  /** Ends this child with this process, unless it ended before. */
  guard(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#write(`+pid ${pid}`);
    child.once('exit', () => this.#write(`-pid ${pid}`));
  }

  /** Removes a folder with this process, unless it is released before. */
  guardFolder(folder: string): void {
    this.#write(`+folder ${folder}`);
  }

  releaseFolder(folder: string): void {
    this.#write(`-folder ${folder}`);
  }

  /** Resolves once its process is gone, which has nothing left to do by then. */
  close(): Promise<void> {
    const { stdin, exitCode, signalCode, pid } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#process.ref();
      this.#process.once('exit', () => resolve());
      stdin?.end();
    });
  }

  #write(line: string): void {
    if (this.#process.stdin?.writable) this.#process.stdin.write(`${line}\n`);
  }
}
