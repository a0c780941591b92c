import type { Undelivered } from './deliver.ts';
import type { Item } from './pack.ts';
import type { Parcel } from './park.ts';

/**
 * Puts what a target does not have of a shipment into parcels: records with the same failure and as many calls share one, in
 * their order.
 *
 * @param history of the records before this delivery
 */
export function toParcels(
  items: readonly Item[],
  undelivered: readonly Undelivered[],
  history: Pick<Parcel, 'attempts' | 'parkedAt' | 'hops'>,
): Parcel[] {
  // What becomes of a late answer concerns the records of its own call.
  const alike = Map.groupBy(undelivered, ({ failure, calls, late }) =>
    late === undefined ? JSON.stringify([failure.class, failure.reason, calls]) : late,
  );
  return Array.from(alike.values(), (ranges): Parcel[] => {
    const [{ failure, calls, late }] = ranges as [Undelivered, ...Undelivered[]];
    return [
      {
        ...history,
        items: ranges.flatMap(({ first, count }) => items.slice(first, first + count)),
        failure,
        attempts: history.attempts + calls,
        ...(late && { late }),
      },
    ];
  }).flat();
}
