import { parameterName, routeCache, type StoredRoute, StoredRouteError, streamFromArn } from '@xacct/core';
import type { GetParameters } from '../aws/get-parameters.ts';
import { callBackoffMs } from '../delivery/call-backoff.ts';
import { classifyFailure, isTransient } from '../delivery/failure-class.ts';
import { type Clock, sleep, systemClock } from '../invocation/clock.ts';
import type { Deadline } from '../invocation/deadline.ts';
import type { Log } from '../invocation/log.ts';
import type { Metrics } from '../invocation/metrics.ts';
import { reasonOf } from '../invocation/reason-of.ts';
import { createReadRoute, type KeptRoute, MissingParameterError } from './read-route.ts';

/** Thrown when there is no route for a stream, and none was known before. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
  /** The route's parameter does not exist. */
  readonly isMissing: boolean;

  constructor(message: string, options: { isMissing: boolean; cause?: unknown }) {
    super(message, options);
    this.isMissing = options.isMissing;
  }
}

export interface RouteStore {
  /**
   * The route of a stream. Cached. While it cannot be read again, the last good one is used. A first read waits for Parameter Store
   * for as long as there is time to send.
   *
   * @throws {RouteError} when the ARN names no stream, or its parameter cannot be read as a route
   */
  get(eventSourceArn: string, deadline: SendingTime): Promise<StoredRoute>;
  /**
   * As `get`, but read within the last `maxAgeMs`, for what an earlier route must not decide. Undefined where it cannot be read
   * again.
   *
   * @throws {RouteError} as `get`
   */
  getFresh(eventSourceArn: string, deadline: SendingTime, maxAgeMs: number): Promise<StoredRoute | undefined>;
}

type SendingTime = Pick<Deadline, 'send' | 'msToSend'>;

interface Entry extends KeptRoute {
  arn: string;
  usedAt: number;
  /** The one read in flight, and the invocation that waits for it: one that was frozen meanwhile may never end. */
  pending?: { route: Promise<StoredRoute>; deadline: SendingTime } | undefined;
}

/** For one call; a connection without an answer would hold up the stream. */
const CALL_MS = 8_000;
/** Where there is a last good route to go on with. */
const READ_AGAIN_MS = 2_000;
const MISSING = 'it does not exist. Is the stack of the route deployed?';
/** Routes that are stale within this part of their time are read along with one that is. */
const ALONG = 0.5;

export function createRouteStore(options: {
  getParameters: GetParameters;
  /** Start of the names of this forwarder's parameters, e.g. `/xacct/default`. */
  prefix: string;
  log: Log;
  metrics: Pick<Metrics, 'add'>;
  clock?: Clock;
  /** 0 to 1, as `Math.random`: spreads the reads of many environments over the last tenth of the time. */
  random?: () => number;
}): RouteStore {
  const { getParameters, prefix, log, metrics, clock = systemClock, random = Math.random } = options;
  const entries = new Map<string, Entry>();
  const { read, settle } = createReadRoute({ getParameters, clock, random });

  /** Others whose time is nearly over: a call costs the same for ten parameters as for one. */
  function along(entry: Entry): Entry[] {
    const now = clock.now();
    const { lifetimeMs } = routeCache;
    return [...entries.values()]
      .filter(
        (other) =>
          other !== entry &&
          other.route !== undefined &&
          other.pending === undefined &&
          now - other.usedAt < 2 * lifetimeMs &&
          other.staleAt - now < lifetimeMs * ALONG,
      )
      .sort((one, other) => one.staleAt - other.staleAt);
  }

  /** Many environments that start at once may ask for more than Parameter Store answers; that passes. */
  async function readFirst(entry: Entry, deadline: SendingTime): Promise<StoredRoute> {
    for (let tries = 1; ; tries++) {
      try {
        metrics.add('routeRefreshes');
        await read(entry, () => along(entry), Math.min(CALL_MS, deadline.msToSend()));
        if (entry.route !== undefined) return entry.route;
      } catch (cause) {
        const delayMs = callBackoffMs(tries, random());
        const isLasting = cause instanceof MissingParameterError || cause instanceof StoredRouteError;
        if (!isLasting && isTransient(classifyFailure(cause)) && delayMs < deadline.msToSend()) {
          await sleep(clock, delayMs, deadline.send);
          continue;
        }
        const { arn, name } = entry;
        const isMissing = cause instanceof MissingParameterError;
        const message = `No route for ${arn}: parameter ${name} cannot be read: ${isMissing ? MISSING : reasonOf(cause)}`;
        throw new RouteError(message, { isMissing, cause });
      }
    }
  }

  async function readAgain(entry: Entry, route: StoredRoute): Promise<StoredRoute> {
    metrics.add('routeRefreshes');
    try {
      await read(entry, () => along(entry), READ_AGAIN_MS);
    } catch (cause) {
      metrics.add('staleRoute');
      log.warn('The route cannot be read again; the last good one stays', {
        parameter: entry.name,
        reason: cause instanceof MissingParameterError ? MISSING : reasonOf(cause),
      });
      settle(entry);
    }
    return entry.route ?? route;
  }

  async function refresh(entry: Entry, deadline: SendingTime): Promise<StoredRoute> {
    const pending = {
      deadline,
      route: entry.route === undefined ? readFirst(entry, deadline) : readAgain(entry, entry.route),
    };
    entry.pending = pending;
    try {
      return await pending.route;
    } finally {
      if (entry.pending === pending) entry.pending = undefined;
    }
  }

  function entryOf(arn: string): Entry {
    const stream = streamFromArn(arn);
    if (stream === undefined)
      throw new RouteError(`${arn} is not the ARN of a Kinesis or DynamoDB stream`, { isMissing: true });
    const name = parameterName(prefix, stream);
    const entry = entries.get(arn) ?? { arn, name, parts: 1, readAt: 0, staleAt: 0, usedAt: 0 };
    entries.set(arn, entry);
    entry.usedAt = clock.now();
    return entry;
  }

  async function get(entry: Entry, deadline: SendingTime): Promise<StoredRoute> {
    if (entry.route !== undefined && clock.now() < entry.staleAt) return entry.route;
    if (entry.pending?.deadline === deadline) return entry.pending.route;
    return refresh(entry, deadline);
  }

  return {
    get: async (arn, deadline) => get(entryOf(arn), deadline),
    async getFresh(arn, deadline, maxAgeMs) {
      const entry = entryOf(arn);
      const since = clock.now() - maxAgeMs;
      if (entry.readAt < since) entry.staleAt = 0;
      const route = await get(entry, deadline);
      return entry.readAt < since ? undefined : route;
    },
  };
}
