import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';
import { parseDocument } from 'yaml';
import { median } from '../../../scripts/statistics.ts';
import { parseRoutes } from '../src/index.ts';

/**
 * `pnpm bench`: how long it takes to parse and check routes files of growing size, beside `yaml`'s own parse of the same
 * text in the same run. Each route has five targets.
 *
 * --json    one object
 * --small   one round of the smallest file: shows that it runs
 */

const SIZES = [100, 1_000, 10_000];
const TARGETS = 5;
const ONE_ROUND = { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 };

interface Row {
  routes: number;
  targets: number;
  /** Medians. */
  parseMs: number;
  msPer1000Routes: number;
  yamlMs: number;
  ratioToYaml: number;
}

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, small: { type: 'boolean', default: false } },
});
const sizes = values.small ? SIZES.slice(0, 1) : SIZES;
const roundsOf = (routes: number) => (values.small ? 1 : routes === 10_000 ? 5 : 21);
const rows: Row[] = [];
for (const routes of sizes) {
  const text = routesFile(routes);
  const { routes: parsed, problems } = parseRoutes(text);
  if (parsed === undefined) throw new Error(`The file to measure with is not valid: ${problems[0]?.message}`);

  const [yaml, parse]: [Bench, Bench] = [new Bench(ONE_ROUND), new Bench(ONE_ROUND)];
  yaml.add('yaml', () => void parseDocument(text).toJS());
  parse.add('parseRoutes', () => void parseRoutes(text));
  // In turns, so that both see the same machine.
  const rounds: { yamlMs: number; parseMs: number }[] = [];
  for (let round = 0; round < roundsOf(routes); round++) {
    await yaml.run();
    await parse.run();
    rounds.push({ yamlMs: latencyOf(yaml), parseMs: latencyOf(parse) });
  }
  const yamlMs = median(rounds.map((round) => round.yamlMs));
  const parseMs = median(rounds.map((round) => round.parseMs));
  rows.push({
    routes,
    targets: routes * TARGETS,
    parseMs,
    msPer1000Routes: (parseMs / routes) * 1000,
    yamlMs,
    ratioToYaml: median(rounds.map((round) => round.parseMs / round.yamlMs)),
  });
}

if (values.json) console.log(JSON.stringify({ parseRoutes: rows }));
else
  console.table(
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value.toFixed(2))])),
    ),
  );

function latencyOf(bench: Bench): number {
  const [task] = bench.tasks;
  if (task === undefined || !('latency' in task.result)) throw new Error('Nothing was measured');
  return task.result.latency.p50;
}

function routesFile(routes: number): string {
  const accounts = Array.from(
    { length: 100 },
    (_, index) => `  account-${index}: "${String(100_000_000_000 + index)}"`,
  );
  // A forwarder's role has room for so many roles only.
  const entries = Array.from({ length: routes }, (_, index) => {
    const targets = Array.from({ length: TARGETS }, (_, target) => {
      return `      - account: account-${(index * TARGETS + target) % 100}\n        function: function-${target}`;
    });
    return `  - stream: stream-${index}\n    forwarder: f${Math.floor(index / 100)}\n    targets:\n${targets.join('\n')}`;
  });
  return `source:\n  account: "111111111111"\n  region: us-west-2\naccounts:\n${accounts.join('\n')}\nroutes:\n${entries.join('\n')}\n`;
}
