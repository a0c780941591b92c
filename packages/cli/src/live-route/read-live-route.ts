import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import {
  countParts,
  decodeRoute,
  limits,
  namesOf,
  parameterName,
  parameterPartName,
  type Route,
  type Routes,
  type StoredRoute,
  StoredRouteError,
} from '@xacct/core';
import { LOCAL_SERVER } from '@xacct/local/server';
import { describeFailure, isDenied } from '../aws/describe-failure.ts';
import { CommandFailure } from '../terminal/command-failure.ts';

/** A route as its forwarder reads it. */
export interface LiveRoute {
  /** Undefined where there is none, or another version wrote it. */
  route: StoredRoute | undefined;
  /** Epoch ms of its last change; undefined where there is none. */
  storedAt: number | undefined;
  /** Whether `xacct local` answered, which applies edits of the routes file by itself. */
  isLocal: boolean;
}

/**
 * Reads a route from its parameters.
 *
 * @throws {CommandFailure} when Parameter Store refuses
 */
export async function readLiveRoute(
  ssm: SSMClient,
  routes: Pick<Routes, 'name' | 'source'>,
  { forwarder, stream }: Pick<Route, 'forwarder' | 'stream'>,
): Promise<LiveRoute> {
  const parameter = parameterName(namesOf(routes).forwarder(forwarder).parameterPrefix, stream);
  let isLocal = false;
  let storedAt: number | undefined;

  async function read(parts: readonly number[]): Promise<(string | undefined)[]> {
    const names = parts.map((part) => parameterPartName(parameter, part));
    const command = new GetParametersCommand({ Names: names });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = result.response as { headers?: Record<string, string> };
        isLocal = headers?.server === LOCAL_SERVER;
        return result;
      },
      { step: 'deserialize' },
    );
    const { Parameters = [] } = await ssm.send(command).catch((error) => {
      throw parameterFailure(error, parameter, routes.source.account);
    });
    const times = Parameters.flatMap(({ LastModifiedDate }) => LastModifiedDate?.getTime() ?? []);
    if (times.length > 0) storedAt = Math.max(storedAt ?? 0, ...times);
    const found = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
    return names.map((name) => found.get(name));
  }

  try {
    const values = await read([0]);
    const parts = values[0] === undefined ? 1 : countParts(values[0]);
    const rest = Array.from({ length: parts - 1 }, (_, index) => index + 1);
    while (rest.length > 0) values.push(...(await read(rest.splice(0, limits.ssm.getParametersNames))));
    const route = values.includes(undefined) ? undefined : decodeRoute(values as string[]);
    return { route, storedAt, isLocal };
  } catch (error) {
    if (error instanceof StoredRouteError) return { route: undefined, storedAt, isLocal };
    throw error;
  }
}

function parameterFailure(error: unknown, parameter: string, account: string): CommandFailure {
  const failure = describeFailure(error, `account ${account}`, (name) =>
    isDenied(name) ? 'See "What it takes" in docs/operating.md for the permissions' : undefined,
  );
  return new CommandFailure(`Cannot read parameter ${parameter}: ${failure}`);
}
