import { type Named, namesOf, type Route } from '@xacct/core';

/** What the alarms of a route look at, as their names end. */
export const ROUTE_ALARMS = [
  'iterator-age',
  'dead-letters',
  'parked',
  'failed',
  'given-up',
  'dropped',
  'paused',
  'not-reading',
  'late-retries',
] as const;

/** The same for a forwarder. */
export const FORWARDER_ALARMS = [
  'errors',
  'throttles',
  'stale-route',
  'failure-bucket',
  'destination-failures',
  'iterator-age',
] as const;

export type RouteAlarm = (typeof ROUTE_ALARMS)[number];
export type ForwarderAlarm = (typeof FORWARDER_ALARMS)[number];

/** What an alarm belongs to. */
export type AlarmOwner =
  | { kind: 'route'; name: string; watched: RouteAlarm }
  | { kind: 'forwarder'; name: string; watched: ForwarderAlarm };

/**
 * Finds the route, or its forwarder, that an alarm belongs to.
 *
 * @param chosen the routes that come into question
 * @returns undefined for the alarm of anything else
 */
export function alarmOwner(
  alarm: string,
  routes: Named,
  chosen: readonly Pick<Route, 'name' | 'forwarder'>[],
): AlarmOwner | undefined {
  const names = namesOf(routes);
  for (const { name } of chosen) {
    const watched = ROUTE_ALARMS.find((one) => names.route(name).alarm(one) === alarm);
    if (watched !== undefined) return { kind: 'route', name, watched };
  }
  for (const name of new Set(chosen.map(({ forwarder }) => forwarder))) {
    const watched = FORWARDER_ALARMS.find((one) => names.forwarder(name).alarm(one) === alarm);
    if (watched !== undefined) return { kind: 'forwarder', name, watched };
  }
  return undefined;
}
