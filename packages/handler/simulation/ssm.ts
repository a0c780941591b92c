import { GetParameterCommand, GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { encodeRoute, parameterName, parameterPartName, type StoredRoute } from '@xacct/core';
import { PREFIX } from './places.ts';
import type { ServiceCall } from './service-call.ts';
import { serviceError } from './service-error.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Parameter Store with the parameters of the routes. */
export interface Parameters {
  /** Writes its parameters one after another, evenly over so many milliseconds. */
  write(route: StoredRoute, overMs?: number): void;
  client(call: ServiceCall): Pick<SSMClient, 'send'>;
}

const NAMES = 10;

export function createParameters(time: VirtualTime, readsPerSecond: number): Parameters {
  const values = new Map<string, string>();
  const quota = createTokenBucket(time, readsPerSecond);

  const perform = (command: unknown): object => {
    if (!quota.take()) throw serviceError('ThrottlingException', 400, 'Rate exceeded');
    if (command instanceof GetParameterCommand) {
      const { Name = '' } = command.input;
      const Value = values.get(Name);
      if (Value === undefined) throw serviceError('ParameterNotFound', 400, Name);
      return { Parameter: { Name, Value } };
    }
    if (command instanceof GetParametersCommand) {
      const { Names = [] } = command.input;
      if (Names.length > NAMES) throw serviceError('ValidationException', 400, 'Ten names at the most');
      return {
        Parameters: Names.flatMap((Name) => {
          const Value = values.get(Name);
          return Value === undefined ? [] : [{ Name, Value }];
        }),
      };
    }
    throw new Error(`The simulation knows no ${String(Object(command).constructor.name)} of SSM`);
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
    client(call) {
      const send = (command: unknown, options?: { abortSignal?: AbortSignal }) =>
        call({ service: 'ssm', perform: () => perform(command), signal: options?.abortSignal });
      return { send: send as SSMClient['send'] };
    },
  };
}
