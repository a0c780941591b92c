/** How much of AWS's limits routes use: for the command, and for the tests of templates. */

export type { LimitedName, Use } from './limited.ts';
export { fullness, type Measure, measureCapacity, TIGHT } from './measure-capacity.ts';
export type { Assumptions } from './rate-uses.ts';
