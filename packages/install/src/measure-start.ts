import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../../../scripts/statistics.ts';
import type { Project } from './project.ts';

/** Wall-clock ms, medians over all rounds, in turns. */
export interface StartFigures {
  validateMs: number;
  emptyMs: number;
  validateRatio: number;
}

const WARM_UP = 3;

/** The installed `xacct validate` beside an empty Node.js. */
export function measureStart({ folder, env }: Project, rounds: number): StartFigures {
  const xacct = join(folder, 'node_modules/.bin/xacct');
  const time = (args: readonly string[]) => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return performance.now() - start;
  };
  const times = Array.from({ length: WARM_UP + rounds }, () => ({
    validateMs: time([xacct, 'validate']),
    emptyMs: time(['--eval', '0']),
  })).slice(WARM_UP);
  return {
    validateMs: median(times.map(({ validateMs }) => validateMs)),
    emptyMs: median(times.map(({ emptyMs }) => emptyMs)),
    validateRatio: median(times.map(({ validateMs, emptyMs }) => validateMs / emptyMs)),
  };
}
