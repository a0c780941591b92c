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
  const alike = Map.groupBy(undelivered, ({ failure, calls }) =>
    JSON.stringify([failure.class, failure.reason, calls]),
  );
  return Array.from(alike.values(), (ranges): Parcel[] => {
    const [{ failure, calls }] = ranges as [Undelivered, ...Undelivered[]];
    return [
      {
        ...history,
        items: ranges.flatMap(({ first, count }) => items.slice(first, first + count)),
        failure,
        attempts: history.attempts + calls,
      },
    ];
  }).flat();
}
