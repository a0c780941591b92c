/** Figures that have a goal, in the order of the report. Ratios are against a baseline of the same run. */
export const goals = {
  coldRatio: {
    most: 0.45,
    of: "cold process, to the same source with the SDK's clients, bundled by defaults",
  },
  bundleKB: { most: 150, of: 'minified bundle, KB' },
  warmVsSeed1: { least: 9.5, of: "warm, 1 target: times faster than the seed's way" },
  warmVsSeed1Large: { least: 7, of: 'the same with 190 KB' },
  warmVsSeed500: { least: 17, of: "warm, 500 targets: times faster than the seed's way" },
  warmCallsExact: { least: 1, of: 'warm: targets × chunks calls, nothing else' },
  cpuPerTargetRatio: { most: 1.5, of: 'CPU per target of 190 KB, 10 targets, to an unsigned POST' },
  cpuPerTarget50Ratio: { most: 1.5, of: 'the same with 50 targets' },
  pack10Ratio: { most: 0.8, of: 'packing 10 records, to writing the event as JSON once' },
  packRatio: { most: 0.7, of: 'the same with 100 records' },
  pack1000Ratio: { most: 0.6, of: 'the same with 1,000 records' },
  packWithHashRatio: { most: 1.2, of: 'the same with 100 records and the hash of the payload' },
  heapPerRoleKB: { most: 1.7, of: 'heap per further cached role, KB' },
  fill500Ratio: { most: 1.1, of: '500 roles, none assumed yet, to the latency alone of 100 ms' },
  fill500At50MsRatio: { most: 1.25, of: 'the same with 50 ms' },
  peakRssMB: { most: 140, of: 'peak memory, event of 5.7 MB to 10 targets, MB' },
  neighboursP99Ratio: { most: 1.1, of: 'arrival at nine targets while a tenth hangs, p99' },
  simulatedMillionSeconds: { most: 30, of: 'simulation at full rate: seconds for a million deliveries' },
} as const satisfies Record<string, { of: string } & ({ most: number } | { least: number })>;

export type GoalName = keyof typeof goals;

export function isMet(name: GoalName, value: number): boolean {
  const goal = goals[name];
  return 'most' in goal ? value <= goal.most : value >= goal.least;
}

export function renderGoal(name: GoalName): string {
  const goal = goals[name];
  return 'most' in goal ? `≤ ${goal.most}` : `≥ ${goal.least}`;
}
