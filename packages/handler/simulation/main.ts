import { basePlan } from './base-plan.ts';
import { LedgerError } from './ledger.ts';
import { type Options, OptionsError, readOptions } from './options.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

const HOURS = 24;
const RATE = 0.02;

process.exitCode = await main(process.argv.slice(2));

/** 0: all that must hold holds. 1: it does not. 2: wrong usage. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.help) return print(help());
    const chosen = choose(options.names);
    let broken = 0;
    for (const scenario of chosen) {
      for (const environments of environmentsOf(scenario, options)) {
        broken += await simulate(scenario, environments, options);
      }
    }
    if (broken > 0) print([`${broken} broken`]);
    return broken > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Returns how many of the scenario's rules are broken. */
async function simulate(
  scenario: Scenario,
  environments: number | undefined,
  options: Options,
): Promise<number> {
  const { seed, hours = scenario.hours ?? HOURS, rate = scenario.rate ?? RATE, log } = options;
  const secondsNow = () => performance.now() / 1000;
  const plan = scenario.plan(basePlan({ seed, hours, rate, environments }));
  const again = `pnpm simulate ${scenario.name} --seed ${seed} --hours ${hours} --rate ${rate}${environments === undefined ? '' : ` --environments ${environments}`}`;
  print([`\n${scenario.name}: ${scenario.about}`, again]);
  try {
    const write = log ? (lines: string) => process.stderr.write(lines) : () => {};
    const result = await run(plan, { write, secondsNow });
    const healthy = scenario.healthy && (await run(scenario.healthy(plan), { secondsNow }));
    const rules = scenario.rules(result, healthy);
    print(report(result, rules));
    return rules.filter(({ holds }) => !holds).length;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    print([`BROKEN  ${error.message}`]);
    return 1;
  }
}

function choose(names: readonly string[]): readonly Scenario[] {
  const unknown = names.find((name) => !scenarios.some((scenario) => scenario.name.startsWith(name)));
  if (unknown !== undefined) {
    throw new OptionsError(`There is no scenario "${unknown}"; --help lists them.`);
  }
  return scenarios.filter(
    ({ name: own }) =>
      names.length === 0 ||
      names.some((name) =>
        scenarios.some((other) => other.name === name) ? own === name : own.startsWith(name),
      ),
  );
}

function environmentsOf(
  { environments = [undefined] }: Scenario,
  options: Options,
): readonly (number | undefined)[] {
  return options.environments === undefined ? environments : [options.environments];
}

function help(): string[] {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return [
    'Runs the handler in a simulated AWS, in virtual time, and checks what must hold.',
    '',
    'pnpm simulate [scenario…] [--seed 1] [--hours 24] [--rate 0.02] [--environments 4] [--log]',
    '',
    '  scenario        a name from below, or how names start; all of them by default',
    '  --seed          all chance follows from it: a failing seed replays exactly',
    '  --hours         in which records are put; then what is parked drains',
    '  --rate          share of the full traffic of 100 records a second and shard',
    '  --environments  execution environments at the most',
    "  --log           writes the handler's log to standard error",
    '',
    ...scenarios.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
  ];
}

function print(lines: readonly string[]): number {
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
