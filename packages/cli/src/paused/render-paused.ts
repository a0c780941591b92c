import { targetLabel } from '../routes-file/account-labels.ts';
import { renderAge } from '../terminal/age.ts';
import { count } from '../terminal/count.ts';
import type { KeptForTarget } from './count-paused.ts';

/** A line for each target for which records are kept, the one with the oldest first. */
export function renderPaused(kept: readonly KeptForTarget[], region: string, now: number): string {
  return kept
    .toSorted((one, other) => (one.oldestArrivedAt < other.oldestArrivedAt ? -1 : 1))
    .map(({ target, objects, records, oldestArrivedAt }) => {
      const amount = `${count(records, 'record')} in ${count(objects, 'object')}`;
      const age = renderAge(now - Date.parse(oldestArrivedAt));
      return `  ${targetLabel(target, region)}  paused  ${amount}, the oldest arrived ${age} ago\n`;
    })
    .join('');
}
