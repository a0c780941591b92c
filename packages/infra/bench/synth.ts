import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from '../../../scripts/statistics.ts';
import type { Measured } from './synth-once.ts';

/**
 * `pnpm bench`: how long it takes to write the assembly of more and more routes and accounts, beside bare CDK writing
 * 2,000 stacks of one role each in the same run.
 *
 * --json    one object
 * --small   one round of the smallest case, beside 20 bare stacks: shows that it runs
 */

const ROUTES = [10, 100, 1_000];
const ACCOUNTS = [1, 100, 1_000];
const ROUNDS = 3;
const BARE_STACKS = 2_000;
const SMALL_BARE_STACKS = 20;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, small: { type: 'boolean', default: false } },
});
const all = ROUTES.flatMap((routes) => ACCOUNTS.map((accounts) => ({ routes, accounts })));
const cases = values.small ? all.slice(0, 1) : all;
const rounds: { bare: Measured; cases: Measured[] }[] = [];
for (let round = 0; round < (values.small ? 1 : ROUNDS); round++) {
  const bare = await measure([values.small ? SMALL_BARE_STACKS : BARE_STACKS]);
  const measured: Measured[] = [];
  // One after another, so that all see the same machine.
  for (const { routes, accounts } of cases) measured.push(await measure([routes, accounts]));
  rounds.push({ bare, cases: measured });
}

const bare = summary(rounds.map((round) => round.bare));
const rows = cases.map((shape, index) => ({
  ...shape,
  ...summary(rounds.map((round) => round.cases[index] ?? round.bare)),
  ratioToBare: median(rounds.map((round) => (round.cases[index]?.seconds ?? 0) / round.bare.seconds)),
}));
if (values.json) console.log(JSON.stringify({ synth: { bare, rows } }));
else {
  const rounded = (row: object) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value.toFixed(2))]));
  console.table([rounded({ routes: 0, accounts: 0, ...bare, ratioToBare: 1 }), ...rows.map(rounded)]);
}

async function measure(shape: number[]): Promise<Measured> {
  const script = fileURLToPath(new URL('synth-once.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...shape.map(String)]);
  return JSON.parse(stdout);
}

function summary(measured: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => median(measured.map((one) => one[key]));
  return {
    seconds: of('seconds'),
    peakMB: of('peakMB'),
    stacks: of('stacks'),
    largestTemplateBytes: of('largestTemplateBytes'),
  };
}
