import { encodeRoute, parameterName, parameterPartName, type StoredRoute } from '@xacct/core';
import type { GetParameters, Parameter } from '../src/aws/get-parameters.ts';
import { PREFIX } from './places.ts';
import type { ServiceCall } from './service-call.ts';
import { serviceError } from './service-error.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Parameter Store with the parameters of the routes. */
export interface Parameters {
  /** Writes its parameters one after another, evenly over so many milliseconds. */
  write(route: StoredRoute, overMs?: number): void;
  client(call: ServiceCall): GetParameters;
}

const NAMES = 10;

export function createParameters(time: VirtualTime, readsPerSecond: number): Parameters {
  const values = new Map<string, string>();
  const quota = createTokenBucket(time, readsPerSecond);

  const perform = (names: readonly string[]): Parameter[] => {
    if (!quota.take()) throw serviceError('ThrottlingException', 400, 'Rate exceeded');
    if (names.length > NAMES) throw serviceError('ValidationException', 400, 'Ten names at the most');
    return names.flatMap((Name) => {
      const Value = values.get(Name);
      return Value === undefined ? [] : [{ Name, Value }];
    });
  };

  return {
    write(route, overMs = 0) {
      const name = parameterName(PREFIX, { service: 'kinesis', name: route.name });
      const parts = encodeRoute(route);
      for (const [part, value] of parts.entries()) {
        const write = () => values.set(parameterPartName(name, part), value);
        if (part === 0) write();
        else time.after((overMs * part) / parts.length, write);
      }
    },
    client: (call) => (names, signal) => call({ service: 'ssm', perform: () => perform(names), signal }),
  };
}
