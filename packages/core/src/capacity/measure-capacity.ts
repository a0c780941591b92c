import type { Routes } from '../model/routes.ts';
import { iamUses } from './iam-uses.ts';
import { type Limited, type LimitedName, limited, type Use } from './limited.ts';
import { type Assumptions, rateUses } from './rate-uses.ts';
import { stackUses } from './stack-uses.ts';
import { streamUses } from './stream-uses.ts';

/** A limit, and how much of it routes use. */
export interface Measure extends Limited {
  /** Which limit. */
  limit: LimitedName;
  /** Where this limit is used, the fullest place first. */
  uses: Use[];
}

/** Usage above this fraction of a limit counts as tight. */
export const TIGHT = 0.8;

/**
 * How much routes use of each of AWS's default limits, where they use any. Only resources of the file are counted; other
 * resources of the accounts are not known.
 *
 * @example
 * const tight = measureCapacity(routes, { shardsOf: () => 4, environments: undefined }).filter(({ uses: [fullest] }) => {
 *   return fullest !== undefined && fullness(fullest) > TIGHT;
 * });
 */
export function measureCapacity(routes: Routes, assumptions: Assumptions): Measure[] {
  const uses = [
    ...iamUses(routes),
    ...stackUses(routes),
    ...streamUses(routes),
    ...rateUses(routes, assumptions),
  ].filter(({ used }) => used > 0);
  return Array.from(
    Map.groupBy(uses, ({ limit }) => limit),
    ([limit, places]) => {
      return { limit, ...limited[limit], uses: places.toSorted((a, b) => fullness(b) - fullness(a)) };
    },
  );
}

/** The fraction of a limit that is used: 1 is all of it. */
export function fullness({ used, allowed }: Pick<Use, 'used' | 'allowed'>): number {
  return used / allowed;
}
