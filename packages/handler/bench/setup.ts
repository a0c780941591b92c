import { fork, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Aws } from './aws/start-aws.ts';
import type { Bundles } from './bundles.ts';
import { PREFIX } from './traffic.ts';

/** What a measurement has to work with. */
export interface Setup {
  aws: Aws;
  bundles: Bundles;
  /** A folder for files of its own, removed afterwards. */
  folder: string;
  /** How often to measure, where this is usual. */
  rounds(usual: number): number;
}

/** Figures by name. */
export type Figures = Record<string, number>;
export type Measure = (setup: Setup) => Promise<Figures>;

/** What Lambda sets in a function's environment, and where "AWS" is; nothing else of this process. */
export function environmentOf({ aws }: Setup, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: 'ASIAFORWARDER0000000',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-forwarder',
    AWS_SESSION_TOKEN: 'token-of-the-forwarder',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'xacct-forwarder-default',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    XACCT_PARAMETER_PREFIX: PREFIX,
    XACCT_FAILURE_BUCKET: 'xacct-failures-default-111111111111-us-west-2',
    ...aws.environment,
    ...more,
  };
}

/** Runs a program of `programs/` in a process of its own, and gives what it sends back. */
export function run<Result>(
  setup: Setup,
  program: string,
  options: { input?: object; environment?: Record<string, string>; execArgv?: string[] } = {},
): Promise<Result> {
  // Too large for the environment.
  const input = join(setup.folder, 'input.json');
  writeFileSync(input, JSON.stringify(options.input ?? {}));
  const child = fork(fileURLToPath(new URL(`programs/${program}`, import.meta.url)), {
    env: environmentOf(setup, { BENCH_INPUT: input, ...options.environment }),
    execArgv: options.execArgv ?? [],
    // The handler's log is not of interest.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Result));
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
}

/** Keeps the measured processes on one core and the servers on the other, where the machine has `taskset`. */
export function separateCores(clientPid: number, serverPid: number): boolean {
  return [
    [clientPid, 0],
    [serverPid, 1],
  ].every(([pid, core]) => spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)]).status === 0);
}
