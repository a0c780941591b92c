import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../../../scripts/statistics.ts';
import { measureLocalStart } from './local-start.ts';

/**
 * `pnpm bench`: the whole process of `xacct validate` on a file of ten routes, beside an empty Node process, in turns.
 * Then `xacct local` until it is ready, beside the whole process of `xacct synth`, on the same file. Times are wall-clock
 * ms, medians over all rounds; the first rounds, in which Node fills its compile cache, do not count.
 *
 * --json    one object
 * --small   one round: shows that it runs
 */

const ROUNDS = { validate: 21, local: 7 };
const SMALL_ROUNDS = { validate: 1, local: 1 };
const WARM_UP = 3;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, small: { type: 'boolean', default: false } },
});
const times = values.small ? SMALL_ROUNDS : ROUNDS;

const folder = mkdtempSync(join(tmpdir(), 'xacct-bench-'));
const file = join(folder, 'routes.yaml');
const entries = Array.from({ length: 10 }, (_, index) => {
  return `  - stream: stream-${index}\n    targets:\n      - account: analytics\n        function: reader\n`;
});
writeFileSync(
  file,
  `source:\n  account: "111111111111"\n  region: us-west-2\naccounts:\n  analytics: "999999999999"\nroutes:\n${entries.join('')}`,
);

const xacct = fileURLToPath(new URL('../bin/xacct.js', import.meta.url));
const rounds = Array.from({ length: WARM_UP + times.validate }, () => ({
  validateMs: time([xacct, 'validate', '--config', file]),
  emptyMs: time(['--eval', '0']),
})).slice(WARM_UP);
const starts = await measureLocalStart(xacct, { file, folder, rounds: times.local });
rmSync(folder, { recursive: true });

const result = {
  validateMs: median(rounds.map(({ validateMs }) => validateMs)),
  emptyMs: median(rounds.map(({ emptyMs }) => emptyMs)),
  validateRatio: median(rounds.map(({ validateMs, emptyMs }) => validateMs / emptyMs)),
  synthMs: median(starts.map(({ synthMs }) => synthMs)),
  localStartMs: median(starts.map(({ localMs }) => localMs)),
  localStartVsSynth: median(starts.map(({ localMs, synthMs }) => localMs / synthMs)),
};
if (values.json) console.log(JSON.stringify({ startUp: result }));
else
  console.table([
    Object.fromEntries(Object.entries(result).map(([key, value]) => [key, Number(value.toFixed(2))])),
  ]);

function time(args: string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
