import type { Routes } from '../model/routes.ts';
import { iamUses } from './iam-uses.ts';
import { type Limited, type LimitedName, limited, type Use } from './limited.ts';
import { type Assumptions, rateUses } from './rate-uses.ts';
import { stackUses } from './stack-uses.ts';
import { streamUses } from './stream-uses.ts';

export interface Measure extends Limited {
  limit: LimitedName;
  /** Where this limit is used, the fullest place first. */
  uses: Use[];
}

/** From this part of a limit on, it is tight. */
export const TIGHT = 0.8;

/**
 * How much routes use of each of AWS's default limits, where they use any. Counted is what the file deploys; what else is
 * in the accounts is not known.
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

/** The part of what is allowed that is used: 1 is all of it. */
export function fullness({ used, allowed }: Pick<Use, 'used' | 'allowed'>): number {
  return used / allowed;
}
