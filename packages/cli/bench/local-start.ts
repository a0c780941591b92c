import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Wall-clock ms, a round for each. */
export interface StartRound {
  /** The whole process of `xacct synth`. */
  synthMs: number;
  /** From the start of `xacct local` to the line that says it is ready. */
  localMs: number;
}

/**
 * `xacct synth` and `xacct local` on the same routes file, in turns.
 *
 * @param options `rounds` that count; one before them fills Node's compile cache
 */
export async function measureLocalStart(
  xacct: string,
  { file, folder, rounds }: { file: string; folder: string; rounds: number },
): Promise<StartRound[]> {
  const measured: StartRound[] = [];
  for (let round = 0; round <= rounds; round++) {
    measured.push({ synthMs: synth(xacct, file, folder), localMs: await startLocal(xacct, file, folder) });
  }
  return measured.slice(1);
}

function synth(xacct: string, file: string, cwd: string): number {
  const start = performance.now();
  const args = [xacct, 'synth', '--config', file, '--out', join(cwd, 'cdk.out')];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`xacct synth ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

async function startLocal(xacct: string, file: string, cwd: string): Promise<number> {
  const start = performance.now();
  const args = [xacct, 'local', '--config', file, '--port', '0', '--json'];
  const local = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(local, 'exit');
  const ready = await Promise.race([once(createInterface({ input: local.stdout }), 'line'), exited]);
  const elapsed = performance.now() - start;
  if (local.exitCode !== null) throw new Error(`xacct local ended with ${ready[0]}`);
  local.kill('SIGTERM');
  await exited;
  return elapsed;
}
