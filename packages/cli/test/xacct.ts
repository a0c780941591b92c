import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const main = fileURLToPath(new URL('../bin/xacct.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `xacct` as its users do, in a folder of its own, to its end. */
export async function xacct(...args: string[]): Promise<Ended> {
  return end(start(...args));
}

/** As `xacct`, with these environment variables and no others. */
xacct.with =
  (env: NodeJS.ProcessEnv) =>
  (...args: string[]) =>
    end(startWith(env, ...args));

async function end(child: ReturnType<typeof start>): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...output };
}

/** Starts `xacct`, for commands that stay up. */
export function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return startWith(process.env, ...args);
}

function startWith(env: NodeJS.ProcessEnv, ...args: string[]): ReturnType<typeof start> {
  return spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The folder that commands run in; gone when the tests of a file are. */
export const folder = mkdtempSync(join(tmpdir(), 'xacct-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file into that folder, and tells its name. */
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
