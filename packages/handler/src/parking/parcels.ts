import type { Undelivered } from '../delivery/delivery.ts';
import type { Failure } from '../delivery/failure-class.ts';
import type { Item } from '../records/pack.ts';
import type { Parcel } from './parcel.ts';

/** What became of records before a delivery. */
export interface History extends Pick<Parcel, 'attempts' | 'parkedAt' | 'hops'> {
  /** The function failed on them before: it stays their failure while they are not called again. */
  failure?: Failure;
}

/** The history of records that come from a stream. */
export const noHistory: History = { attempts: 0, hops: 0 };

/**
 * Puts what a target does not have of a shipment into parcels: records with the same failure, as many calls and the same
 * history share one, in their order.
 *
 * @param historyOf the same object for records that may share a parcel
 */
export function toParcels(
  items: readonly Item[],
  undelivered: readonly Undelivered[],
  historyOf: (item: Item) => History,
): Parcel[] {
  const parcels: Parcel[] = [];
  const alike = new Map<unknown, Map<History, Parcel & { items: Item[] }>>();
  for (const range of undelivered) {
    const { first, count, calls, late } = range;
    const key = keyOf(range);
    const byHistory = alike.get(key) ?? new Map<History, Parcel & { items: Item[] }>();
    alike.set(key, byHistory);
    for (const item of items.slice(first, first + count)) {
      const history = historyOf(item);
      const known = byHistory.get(history);
      if (known !== undefined) {
        known.items.push(item);
        continue;
      }
      const { failure: before, attempts, parkedAt, hops } = history;
      const parcel = {
        items: [item],
        failure: isNotCalled(range.failure) ? (before ?? range.failure) : range.failure,
        // They wait as what happened now asks.
        waitsFor: range.failure.class,
        attempts: attempts + calls,
        hops,
        ...(parkedAt !== undefined && { parkedAt }),
        ...(late && { late }),
      };
      byHistory.set(history, parcel);
      parcels.push(parcel);
    }
  }
  return parcels;
}

/** What becomes of a late answer concerns the records of its own call; halves of a call without an answer stay apart. */
function keyOf({ failure, first, calls, late }: Undelivered): unknown {
  if (late !== undefined) return late;
  const apart = failure.class === 'deadline' ? first : '';
  return JSON.stringify([failure.class, failure.reason, calls, apart]);
}

function isNotCalled({ class: failureClass }: Failure): boolean {
  return failureClass === 'breaker-open' || failureClass === 'untried';
}
