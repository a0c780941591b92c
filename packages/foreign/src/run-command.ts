import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ForeignAws } from './start-foreign-aws.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const XACCT = fileURLToPath(new URL('../../cli/bin/xacct.js', import.meta.url));
const SKIP_WAITS = new URL('./skip-waits.ts', import.meta.url).href;
const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');

/** Runs `xacct` in a folder, without credentials, to its end. */
export function runXacctIn(folder: string, ...args: string[]): Promise<Ended> {
  return run(folder, { PATH: process.env.PATH }, [XACCT, ...args]);
}

/** Runs `xacct` with credentials of an account, in the folder of this AWS, to its end. It waits for no minutes. */
export function runXacct(aws: ForeignAws, account: string, ...args: string[]): Promise<Ended> {
  return run(aws.folder, aws.environment(account), ['--import', SKIP_WAITS, XACCT, ...args]);
}

/**
 * Runs the CDK's command line in the same way.
 *
 * @throws what it wrote, where it fails
 */
export async function runCdk(aws: ForeignAws, account: string, ...args: string[]): Promise<void> {
  const command = [CDK, ...args, '--no-notices', '--no-color'];
  const { code, stdout, stderr } = await run(aws.folder, aws.environment(account), command);
  if (code !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
}

async function run(cwd: string, env: NodeJS.ProcessEnv, args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
