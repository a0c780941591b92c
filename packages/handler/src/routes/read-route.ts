import { decodeRoute, routeCache, type StoredRoute, StoredRouteError } from '@xacct/core';
import type { GetParameters } from '../aws/get-parameters.ts';
import { abortAfter, type Clock, sleep } from '../invocation/clock.ts';
import { createReadParameters, type WantedParameter } from './read-parameters.ts';

/** A route that is kept, and the parameters that it is read from. */
export interface KeptRoute extends WantedParameter {
  route?: StoredRoute;
  /** Epoch ms. */
  readAt: number;
  /** Epoch ms from which the route is read again. */
  staleAt: number;
}

export interface ReadRoute {
  /**
   * Reads one route into its entry, and others with it as far as there is room in the same call.
   *
   * @throws {MissingParameterError} when the route has no parameter
   * @throws {StoredRouteError} when its parameters hold no route
   */
  read(entry: KeptRoute, along: () => readonly KeptRoute[], timeoutMs: number): Promise<void>;
  /** Sets when a route is to be read again. */
  settle(entry: KeptRoute): void;
}

/** Parameters of a route are written one after another: while they differ, they are read again. */
const MIXED_TRIES = 3;
const MIXED_WAIT_MS = 200;

export function createReadRoute(options: {
  getParameters: GetParameters;
  clock: Clock;
  /** 0 to 1, as `Math.random`: spreads the reads of many environments over the last tenth of the time. */
  random: () => number;
}): ReadRoute {
  const { getParameters, clock, random } = options;
  const readParameters = createReadParameters(getParameters);

  const keep = (entry: KeptRoute, values: readonly string[]) => {
    entry.route = decodeRoute(values);
    entry.parts = values.length;
    entry.readAt = clock.now();
    settle(entry);
  };
  const settle = (entry: KeptRoute) => {
    entry.staleAt = clock.now() + routeCache.lifetimeMs * (1 - routeCache.jitter * random());
  };

  /** What is wrong with another route is found when it is its turn. */
  function keepIfGood(entry: KeptRoute, values: readonly string[]): void {
    try {
      keep(entry, values);
    } catch (error) {
      if (!(error instanceof StoredRouteError)) throw error;
    }
  }

  async function read(entry: KeptRoute, along: () => readonly KeptRoute[], timeoutMs: number): Promise<void> {
    const timeout = abortAfter(clock, timeoutMs, () => new RouteTimeoutError(timeoutMs));
    try {
      for (let tries = 1; ; tries++) {
        try {
          const [values, ...others] = await readParameters(entry, along(), timeout.signal);
          for (const other of others) keepIfGood(other.wanted as KeptRoute, other.values);
          if (values === undefined || values.values.length === 0) throw missing(entry);
          return keep(entry, values.values);
        } catch (error) {
          // The client's own error would not say what ended the call.
          if (timeout.signal.aborted) throw timeout.signal.reason;
          const passes = error instanceof StoredRouteError && error.reason === 'mixed';
          if (!passes || tries === MIXED_TRIES) throw error;
          await sleep(clock, MIXED_WAIT_MS, timeout.signal);
        }
      }
    } finally {
      timeout.clear();
    }
  }

  return { read, settle };
}

/** The reason with which a call is ended that lasts too long. */
class RouteTimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(ms: number) {
    super(`Parameter Store did not answer within ${ms} ms`);
  }
}

/** The parameter by which a route is found does not exist. */
export class MissingParameterError extends Error {
  override readonly name = 'MissingParameterError';
}

function missing({ name }: WantedParameter): MissingParameterError {
  return new MissingParameterError(`Parameter ${name} does not exist`);
}
