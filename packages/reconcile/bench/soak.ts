import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLedger, readKeptRecords, type TargetTally } from '../src/index.ts';
import { faultsFile } from './soak/faults-file.ts';
import { memoryFigures } from './soak/memory.ts';
import { putRecords } from './soak/producer.ts';
import { routesFile } from './soak/routes-file.ts';
import { startAws } from './soak/start-aws.ts';

/**
 * `pnpm bench`: the deployed bundle and the synthesized templates of 20 routes to 100 accounts, under faults of every
 * kind at once, with a tally of every record at the end. Nothing leaves the machine.
 *
 * --minutes n    of records and faults, 1 by default; then faults end, and what waits may arrive
 * --seed n       draws the faults, 0–4294967295, 1 by default
 * --json         one object
 * --small        a few seconds of records and faults: shows that it runs
 *
 * Exit code 1 when a record is lost, or a duplicate has no cause, or memory grows.
 */

const ROUTES = 20;
const ACCOUNTS = 100;
/** The end: for the first retries of what is parked, and what a killed process held. */
const QUIET_MS = 45_000;
const LONGEST_END_MS = 300_000;
/** Of the heap, after the first half of the run in which caches fill. */
const MOST_HEAP_MB_PER_MINUTE = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
  },
});
const minutes = values.small ? 0.1 : Number(values.minutes);
if (!(minutes > 0 && minutes <= 1440))
  throw new Error(`--minutes: expected up to 1440, got ${values.minutes}`);
const seed = Number(values.seed);
if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
  throw new Error(`--seed: expected an integer, 0–4294967295, got ${values.seed}`);

const say = (text: string) => void (values.json || process.stderr.write(`${text}\n`));
const folder = mkdtempSync(join(tmpdir(), 'xacct-soak-'));
try {
  const result = await soak();
  if (values.json) console.log(JSON.stringify({ soak: result }));
  else show(result);
  if (!result.passed) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function soak() {
  const seconds = minutes * 60;
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const assembly = join(folder, 'cdk.out');
  // By the command, as its users do: this package imports only core and local.
  const xacct = fileURLToPath(new URL('../../cli/bin/xacct.js', import.meta.url));
  const routesPath = write('routes.yaml', routesFile(ROUTES, ACCOUNTS));
  execFileSync(process.execPath, [xacct, 'synth', '--config', routesPath, '--out', assembly]);
  const faultsPath = write('faults.yaml', faultsFile(seconds));

  say(`${ROUTES} routes, ${ACCOUNTS} accounts, seed ${seed}: records and faults for ${minutes} min …`);
  const aws = await startAws(assembly, join(folder, 'deliveries'), faultsPath, seed);
  try {
    const ledger = createLedger(aws.ready.routes);
    aws.recordIn(ledger);
    await putRecords(aws.ready, ledger, Date.now() + seconds * 1000);

    say('No more faults; waiting for what is parked or comes again …');
    const endsAt = Date.now() + LONGEST_END_MS;
    const quietSince = () => Math.max(aws.lastArrivalAt(), endsAt - LONGEST_END_MS);
    while (ledger.outstanding > 0 && Date.now() < endsAt && Date.now() - quietSince() < QUIET_MS)
      await sleep(250);

    const { kept, faults, memory, problems } = await aws.report();
    const targets = ledger.tallies(kept.map(readKeptRecords).filter((records) => records !== undefined));
    const records = sum(targets);
    const settled = memory.filter((sample) => sample.seconds > seconds / 2 && sample.seconds < seconds);
    const figures = memoryFigures(settled);
    return {
      minutes,
      seed,
      records,
      faults,
      problems,
      memory: figures,
      passed:
        records.lost === 0 &&
        records.unexplained === 0 &&
        (minutes < 2 || figures.heapSlopeMBPerMinute <= MOST_HEAP_MB_PER_MINUTE),
    };
  } finally {
    await aws.stop();
  }
}

function sum(targets: readonly TargetTally[]) {
  const total = (of: (target: TargetTally) => number) => targets.reduce((all, target) => all + of(target), 0);
  return {
    put: total(({ put }) => put),
    delivered: total(({ delivered }) => delivered),
    filtered: total(({ filtered }) => filtered),
    parked: total(({ parked }) => parked),
    paused: total(({ paused }) => paused),
    failed: total(({ failed }) => failed),
    lost: total(({ lost }) => lost),
    duplicates: total(({ duplicates }) => duplicates),
    eventRunTwice: total(({ duplicateCauses }) => duplicateCauses.event),
    answerLost: total(({ duplicateCauses }) => duplicateCauses.answer),
    broughtAgainByStream: total(({ duplicateCauses }) => duplicateCauses.stream),
    broughtByRetryQueue: total(({ duplicateCauses }) => duplicateCauses.queue),
    unexplained: total(({ duplicateCauses }) => duplicateCauses.unexplained),
  };
}

function show({ records, faults, memory, problems, passed }: Awaited<ReturnType<typeof soak>>): void {
  console.table(records);
  console.table(faults);
  console.table(
    Object.fromEntries(Object.entries(memory).map(([name, value]) => [name, Number(value.toFixed(1))])),
  );
  for (const problem of problems) console.log(`reported: ${problem}`);
  console.log(passed ? 'Every record is accounted for' : 'FAILED');
}
