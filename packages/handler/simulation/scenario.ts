import type { WorldPlan } from './plan.ts';
import type { Result } from './run.ts';

/** A world, what happens in it, and what must hold then. */
export interface Scenario {
  name: string;
  about: string;
  /** Execution environments at the most, one run for each: undefined is as many as are needed. */
  environments?: readonly (number | undefined)[];
  /** Of a run by hand: a day, and a fiftieth of the traffic by default. */
  hours?: number;
  rate?: number;
  /** How much of it CI runs: long enough for all that goes wrong, and rare enough for seconds. */
  thinned: { hours: number; rate: number };
  plan(base: WorldPlan): WorldPlan;
  /** The same plan without the fault, where `rules` compares with it. */
  healthy?(plan: WorldPlan): WorldPlan;
  rules(result: Result, healthy: Result | undefined): Rule[];
}

/** One line that must hold, and what was found. */
export interface Rule {
  rule: string;
  holds: boolean;
  found: string;
}
