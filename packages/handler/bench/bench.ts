import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAws } from './aws/start-aws.ts';
import { makeBundles } from './bundles.ts';
import { type GoalName, goals, isMet, renderGoal } from './goals.ts';
import { measureCalls } from './measurements/calls.ts';
import { measureCold } from './measurements/cold.ts';
import { measureCpu } from './measurements/cpu.ts';
import { measureFill } from './measurements/fill.ts';
import { measureHeap } from './measurements/heap.ts';
import { measureNeighbours } from './measurements/neighbours.ts';
import { measurePack } from './measurements/pack.ts';
import { measurePeakRss } from './measurements/peak-rss.ts';
import { measureSimulation } from './measurements/simulation.ts';
import { measureWarm1, measureWarm500 } from './measurements/warm.ts';
import { type Figures, type Measure, type Setup, separateCores } from './setup.ts';

/**
 * `pnpm bench`: what the handler's goals for speed and size speak of, each measured beside its baseline.
 *
 * --json            one object, with further figures beside those that have a goal
 * --only a,b        these goals only
 * --rounds n        at most so many of each measurement
 * --small           one round of each: shows that it runs
 */

const measurements: Record<GoalName, Measure> = {
  coldRatio: measureCold,
  bundleKB: async ({ bundles }) => ({ bundleKB: bundles.deployedBytes / 1024 }),
  warmVsSeed1: measureWarm1,
  warmVsSeed1Large: measureWarm1,
  warmVsSeed500: measureWarm500,
  warmCallsExact: measureCalls,
  cpuPerTargetRatio: measureCpu,
  cpuPerTarget50Ratio: measureCpu,
  pack10Ratio: measurePack,
  packRatio: measurePack,
  pack1000Ratio: measurePack,
  packWithHashRatio: measurePack,
  heapPerRoleKB: measureHeap,
  fill500Ratio: measureFill,
  fill500At50MsRatio: measureFill,
  peakRssMB: measurePeakRss,
  neighboursP99Ratio: measureNeighbours,
  simulatedMillionSeconds: measureSimulation,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    small: { type: 'boolean', default: false },
  },
});
const names = (values.only?.split(',') ?? Object.keys(goals)) as GoalName[];
const unknown = names.filter((name) => !(name in goals));
if (unknown.length > 0) throw new Error(`--only: expected of ${Object.keys(goals)}, got ${unknown}`);
const rounds = values.small ? 1 : values.rounds === undefined ? undefined : Number(values.rounds);
if (rounds !== undefined && !(rounds >= 1))
  throw new Error(`--rounds: expected 1 or more, got ${values.rounds}`);

const folder = mkdtempSync(join(tmpdir(), 'xacct-bench-'));
const figures: Figures = {};
try {
  const bundles = await makeBundles(folder);
  const aws = await startAws(folder);
  try {
    const separated = separateCores(process.pid, aws.process.pid ?? 0);
    if (!separated) console.error('There is no taskset here: clients and servers share the cores.');
    const setup: Setup = { aws, bundles, folder, rounds: (usual) => Math.min(usual, rounds ?? usual) };
    for (const name of names) {
      // Along with another one.
      if (name in figures) continue;
      if (!values.json) process.stderr.write(`${name} …\n`);
      Object.assign(figures, await measurements[name](setup));
    }
  } finally {
    aws.process.disconnect();
  }
} finally {
  rmSync(folder, { recursive: true });
}

if (values.json) console.log(JSON.stringify(figures));
else {
  console.table(
    names.map((name) => {
      const value = figures[name] ?? Number.NaN;
      const { of } = goals[name];
      return {
        name,
        of,
        goal: renderGoal(name),
        seen: rounded(value),
        met: isMet(name, value) ? 'met' : 'MISSED',
      };
    }),
  );
  const further = Object.entries(figures).filter(([name]) => !(name in goals));
  console.table(Object.fromEntries(further.map(([name, value]) => [name, rounded(value)])));
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
