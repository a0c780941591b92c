import {
  encodeParkedRecords,
  encodeParkedReference,
  type ParkedFacts,
  type ParkedRecords,
} from '@xacct/core';

/**
 * Rewrites parked records, so that the forwarder retries them for all of the route's `retryForSeconds` from now on. The
 * target, the failure and its reason stay. The text is no longer than the one that it was read from, except for another
 * address.
 *
 * @param now epoch ms
 * @param address where they go instead
 */
export function renewBudget(
  { records, count, object, ...facts }: ParkedRecords,
  now: number,
  address: Partial<Pick<ParkedRecords, 'route' | 'streamArn' | 'target'>> = {},
): string {
  const { dueAt: _, hops, ...kept } = facts;
  const renewed: ParkedFacts = {
    ...kept,
    ...address,
    attempts: 0,
    parkedAt: new Date(now).toISOString(),
    // A message without hops was never in another message, and stays without.
    ...(hops !== undefined && { hops: 0 }),
  };
  return object !== undefined && records.length === 0
    ? encodeParkedReference(renewed, count, object)
    : encodeParkedRecords(
        renewed,
        records.map((record) => JSON.stringify(record)),
      );
}
