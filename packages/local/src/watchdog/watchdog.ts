import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Sees to it that nothing is left behind, should this process be killed or crash. */
export class Watchdog {
  readonly #process: ChildProcess;

  constructor() {
    const program = fileURLToPath(new URL('./watchdog-process.ts', import.meta.url));
    this.#process = spawn(process.execPath, [program], {
      // In a group of its own: what ends the group of this process is what it is there for.
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without it all is as it was: what stops in order is cleaned up all the same.
    this.#process.on('error', () => {});
    this.#process.stdin?.on('error', () => {});
    this.#process.unref();
  }

  /** Ends this child with this process, unless it ends before. */
  guard(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#tell(`+pid ${pid}`);
    child.once('exit', () => this.#tell(`-pid ${pid}`));
  }

  /** Removes a folder with this process, unless it is released before. */
  guardFolder(folder: string): void {
    this.#tell(`+folder ${folder}`);
  }

  releaseFolder(folder: string): void {
    this.#tell(`-folder ${folder}`);
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

  #tell(line: string): void {
    if (this.#process.stdin?.writable) this.#process.stdin.write(`${line}\n`);
  }
}
