import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { vi } from 'vitest';
import { run } from '../src/program.ts';

const main = fileURLToPath(new URL('../bin/xacct.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `xacct` in this process, in a folder of its own, to its end. Runs that are asked for at once follow one another. */
export function xacct(...args: string[]): Promise<Ended> {
  return xacct.with(process.env)(...args);
}

/** As `xacct`, with these environment variables and no others. */
xacct.with =
  (env: NodeJS.ProcessEnv) =>
  (...args: string[]): Promise<Ended> => {
    const ended = previous.then(() => runHere(env, args));
    previous = ended.catch(() => undefined);
    return ended;
  };

let previous: Promise<unknown> = Promise.resolve();

/** Runs the binary `xacct` as its users do, in the same folder, to its end. */
export function xacctProcess(...args: string[]): Promise<Ended> {
  return xacctProcess.with(process.env)(...args);
}

/** Runs the binary with these environment variables and no others. */
xacctProcess.with =
  (env: NodeJS.ProcessEnv) =>
  async (...args: string[]): Promise<Ended> => {
    const child = startWith(env, args);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    const [code] = await once(child, 'close');
    return { code, ...output };
  };

/** Starts the binary `xacct`, for commands that stay up. */
export function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return startWith(process.env, args);
}

/** Starts it with these environment variables and no others. */
start.with =
  (env: NodeJS.ProcessEnv) =>
  (...args: string[]) =>
    startWith(env, args);

function startWith(env: NodeJS.ProcessEnv, args: string[]): ReturnType<typeof start> {
  return spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What a process of its own would have to itself is replaced for as long as the command runs, and put back. */
async function runHere(env: NodeJS.ProcessEnv, args: string[]): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  const before = { env: process.env, cwd: process.cwd(), exitCode: process.exitCode };
  const listeners = SIGNALS.map((signal) => process.listeners(signal));
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      output[name] += text.toString();
      return true;
    }),
  );
  process.env = env;
  process.exitCode = undefined;
  process.chdir(folder);
  try {
    await run(['node', main, ...args]);
    return { code: Number(process.exitCode ?? 0), ...output };
  } catch (error) {
    // Node reports an error that nobody handles in this way.
    return { code: 1, ...output, stderr: `${output.stderr}${inspect(error)}\n` };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
    SIGNALS.forEach((signal, index) => {
      const added = process.listeners(signal).filter((listener) => !listeners[index]?.includes(listener));
      for (const listener of added) process.off(signal, listener);
    });
  }
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** The folder that commands run in; `start-clean.ts` empties it after each file of tests. */
export const folder = mkdtempSync(join(tmpdir(), 'xacct-cli-test-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into that folder, and returns its name. */
export function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

/** A small valid routes file, without a warning; `routes` are its entries. */
export function routesYaml(routes = DEFAULT_ROUTES): string {
  return `source:
  account: "111111111111"
  region: us-west-2
accounts:
  analytics: "999999999999"
  billing: "222222222222"
groups: { everyone: [analytics, billing] }
defaults: { hasFailureDestination: true }
routes:
${routes}`;
}

const DEFAULT_ROUTES = `  - stream: orders
    targets:
      - account: analytics
        function: reader
  - stream: payments
    targets:
      - group: everyone
        function: ledger:live
        invocation: request-response
`;
