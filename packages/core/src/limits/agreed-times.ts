/**
 * How long an environment of a forwarder uses the routes that it has read before it reads them again. All that it knows are
 * read together, ten parameters in a call.
 */
export const routeCache = {
  lifetimeMs: 60_000,
  /** The part of the lifetime, 0–1, that at random is taken off each time, so that environments do not read all at once. */
  jitter: 0.1,
} as const;

/** The shortest time from one reading to the next, in seconds. */
export const leastRouteSeconds = (routeCache.lifetimeMs * (1 - routeCache.jitter)) / 1000;

/** Credentials of a role are renewed this long before they expire. Each environment so assumes a role about once an hour. */
export const CREDENTIALS_RENEWED_BEFORE_SECONDS = 300;

/** How long parked records are sent again where routes.yaml does not say: a day. Parameters leave it out. */
export const DEFAULT_RETRY_FOR_SECONDS = 86_400;
