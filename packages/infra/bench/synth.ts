import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from '../../../scripts/statistics.ts';
import type { Measured } from './synth-once.ts';

/**
 * `pnpm bench`: how long it takes to write the assembly of more and more routes and accounts, beside bare CDK writing
 * 2,000 stacks of one role each in the same run; and for each case beside bare CDK writing as many stacks with as many
 * resources, all of them the smallest of roles.
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
const rounds: { bare: Measured; cases: { routed: Measured; bare: Measured }[] }[] = [];
for (let round = 0; round < (values.small ? 1 : ROUNDS); round++) {
  const bare = await measure('bare', [`${values.small ? SMALL_BARE_STACKS : BARE_STACKS}x1`]);
  const measured: { routed: Measured; bare: Measured }[] = [];
  // One after another, so that all see the same machine.
  for (const { routes, accounts } of cases) {
    const routed = await measure('routed', [String(routes), String(accounts)]);
    measured.push({ routed, bare: await measure('bare', routed.shape) });
  }
  rounds.push({ bare, cases: measured });
}

const bare = summary(rounds.map((round) => round.bare));
const rows = cases.map((shape, index) => {
  const ofCase = rounds.map((round) => round.cases[index]).filter((one) => one !== undefined);
  const toBare = ofCase.map(
    ({ routed }, round) => routed.seconds / (rounds[round]?.bare.seconds ?? Number.NaN),
  );
  const toSame = ofCase.map(({ routed, bare: same }) => routed.seconds / same.seconds);
  return {
    ...shape,
    ...summary(ofCase.map(({ routed }) => routed)),
    ratioToBare: median(toBare),
    ratioToSameResources: median(toSame),
  };
});
if (values.json) console.log(JSON.stringify({ synth: { bare, rows } }));
else {
  const rounded = (row: object) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value.toFixed(2))]));
  console.table([rounded({ routes: 0, accounts: 0, ...bare, ratioToBare: 1 }), ...rows.map(rounded)]);
}

async function measure(kind: 'routed' | 'bare', sizes: readonly string[]): Promise<Measured> {
  const script = fileURLToPath(new URL('synth-once.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, kind, ...sizes]);
  return JSON.parse(stdout);
}

function summary(measured: readonly Measured[]): Omit<Measured, 'shape'> {
  const of = (key: keyof Omit<Measured, 'shape'>) => median(measured.map((one) => one[key]));
  return {
    seconds: of('seconds'),
    peakMB: of('peakMB'),
    stacks: of('stacks'),
    largestTemplateBytes: of('largestTemplateBytes'),
  };
}
