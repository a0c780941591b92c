import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface RunOptions {
  cwd: string;
  env?: Readonly<Record<string, string | undefined>>;
  /** Input of the process; by default it has none. */
  input?: string;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export async function runProcess(
  [command = '', ...args]: readonly string[],
  options: RunOptions,
): Promise<Ended> {
  const { cwd, env = process.env, input } = options;
  const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/**
 * Runs a command that has to succeed.
 *
 * @returns its standard output
 * @throws {Error} with all of its output
 */
export async function runToSuccess(command: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await runProcess(command, options);
  if (code === 0) return stdout;
  throw new Error(`"${command.join(' ')}" in ${options.cwd} ended with ${code}:\n${stdout}\n${stderr}`);
}
