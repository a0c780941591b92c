import { GetParameterCommand, GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import {
  countParts,
  decodeRoute,
  limits,
  parameterName,
  parameterPartName,
  type StoredRoute,
  StoredRouteError,
  streamFromArn,
} from '@xacct/core';
import { abortAfter, type Clock, sleep, systemClock } from './clock.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Thrown when there is no route for a stream, and none was known before. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
}

/** The reason with which a read is ended that lasts too long. */
class RouteTimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(ms: number) {
    super(`Parameter Store did not answer within ${ms} ms`);
  }
}

export interface RouteStore {
  /**
   * The route of a stream. Cached; while it cannot be read again, the last good one.
   *
   * @throws {RouteError} when the ARN names no stream, or its parameter cannot be read as a route
   */
  get(eventSourceArn: string): Promise<StoredRoute>;
}

interface Entry {
  route?: StoredRoute;
  /** Epoch ms from which the route is read again. */
  staleAt: number;
  /** The one read in flight for this stream. */
  pending?: Promise<StoredRoute> | undefined;
}

const TTL_MS = 60_000;
/** For reading a route, all tries together; a connection that says nothing would hold up the stream. */
const FIRST_READ_MS = 8_000;
/** Where there is a last good route to go on with. */
const READ_AGAIN_MS = 2_000;
/** Parameters of a route are written one after another: while they differ, they are read again. */
const MIXED_TRIES = 3;
const MIXED_WAIT_MS = 200;

export function createRouteStore(options: {
  ssm: Pick<SSMClient, 'send'>;
  /** Start of the names of this forwarder's parameters, e.g. `/xacct/default`. */
  prefix: string;
  log: Log;
  metrics: Pick<Metrics, 'add'>;
  clock?: Clock;
  /** 0 to 1, as `Math.random`: spreads the reads of many environments over the last tenth of a minute. */
  random?: () => number;
}): RouteStore {
  const { ssm, prefix, log, metrics, clock = systemClock, random = Math.random } = options;
  const entries = new Map<string, Entry>();

  async function readValues(parameter: string, abortSignal: AbortSignal): Promise<string[]> {
    const first = await ssm.send(new GetParameterCommand({ Name: parameter }), { abortSignal });
    const values = [first.Parameter?.Value ?? ''];
    const parts = countParts(values[0] ?? '');
    for (let part = 1; part < parts; part += limits.ssm.getParametersNames) {
      const count = Math.min(limits.ssm.getParametersNames, parts - part);
      const names = Array.from({ length: count }, (_, index) => parameterPartName(parameter, part + index));
      const { Parameters: found = [] } = await ssm.send(new GetParametersCommand({ Names: names }), {
        abortSignal,
      });
      const byName = new Map(found.map(({ Name, Value }) => [Name, Value]));
      for (const name of names) {
        const value = byName.get(name);
        if (value === undefined) throw new StoredRouteError('mixed', `Parameter ${name} does not exist`);
        values.push(value);
      }
    }
    return values;
  }

  async function readRoute(parameter: string, timeoutMs: number): Promise<StoredRoute> {
    const timeout = abortAfter(clock, timeoutMs, () => new RouteTimeoutError(timeoutMs));
    try {
      return await readWhole(parameter, timeout.signal);
    } finally {
      timeout.clear();
    }
  }

  async function readWhole(parameter: string, abortSignal: AbortSignal): Promise<StoredRoute> {
    for (let tries = 1; ; tries++) {
      try {
        return decodeRoute(await readValues(parameter, abortSignal));
      } catch (error) {
        const passes = error instanceof StoredRouteError && error.reason === 'mixed';
        if (!passes || tries === MIXED_TRIES) throw error;
        await sleep(clock, MIXED_WAIT_MS);
      }
    }
  }

  async function refresh(arn: string, parameter: string, entry: Entry): Promise<StoredRoute> {
    metrics.add('routeRefreshes');
    try {
      entry.route = await readRoute(parameter, entry.route === undefined ? FIRST_READ_MS : READ_AGAIN_MS);
    } catch (cause) {
      const reason = reasonOf(cause);
      if (entry.route === undefined) {
        throw new RouteError(`No route for ${arn}: parameter ${parameter} cannot be read: ${reason}`, {
          cause,
        });
      }
      metrics.add('staleRoute');
      log.warn('The route cannot be read again; the last good one stays', { parameter, reason });
    } finally {
      entry.pending = undefined;
    }
    entry.staleAt = clock.now() + TTL_MS * (0.9 + 0.1 * random());
    return entry.route;
  }

  return {
    async get(arn) {
      const stream = streamFromArn(arn);
      if (stream === undefined) throw new RouteError(`${arn} is not the ARN of a Kinesis or DynamoDB stream`);
      const entry = entries.get(arn) ?? { staleAt: 0 };
      entries.set(arn, entry);
      if (entry.route !== undefined && clock.now() < entry.staleAt) return entry.route;
      entry.pending ??= refresh(arn, parameterName(prefix, stream), entry);
      return entry.pending;
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ParameterNotFound') return 'it does not exist. Is the stack of the route deployed?';
  return `${error.name}: ${error.message}`;
}
