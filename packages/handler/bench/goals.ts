/** Figures that have a goal, in the order of the report. Ratios are against a baseline of the same run. */
export const goals = {
  coldRatio: {
    most: 0.45,
    of: "cold process, to the same source with the SDK's clients, bundled by defaults",
  },
  bundleKB: { most: 150, of: 'minified bundle, KB' },
  warmVsSeed1: { least: 6, of: "warm, 1 target: times faster than the seed's way" },
  warmVsSeed500: { least: 10, of: "warm, 500 targets: times faster than the seed's way" },
  warmCallsExact: { least: 1, of: 'warm: targets × chunks calls, nothing else' },
  cpuPerTargetRatio: { most: 3, of: 'CPU per target of 190 KB, 10 targets, to an unsigned POST' },
  packRatio: { most: 1.3, of: 'packing 100 records, to writing the event as JSON once' },
  heapPerRoleKB: { most: 1.7, of: 'heap per further cached role, KB' },
  fill500Ratio: { most: 1.1, of: '500 roles, none assumed yet, to the latency alone' },
  peakRssMB: { most: 150, of: 'peak memory, event of 5.7 MB to 10 targets, MB' },
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
