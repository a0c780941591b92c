import { AsyncLocalStorage } from 'node:async_hooks';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { HttpRequest, HttpResponse } from '@smithy/types';

/** What only the SDK knows about Lambda in one region: the endpoint, the errors, and AWS's time. */
export interface LambdaService {
  /** Where its requests go, without the function. */
  place: Promise<Place>;
  /** Epoch ms, by AWS's clock once one of its answers showed that ours is wrong. */
  now(): number;
  /** Rejects with the SDK's error for an answer that is none of success. */
  fail(response: HttpResponse): Promise<never>;
}

export interface Place extends Pick<HttpRequest, 'protocol' | 'hostname' | 'port'> {
  /** With the port, where it is not the usual one. */
  host: string;
  /** The path of the endpoint, mostly empty. */
  path: string;
}

/** @param endpoint another one than the SDK finds, e.g. `http://127.0.0.1:4566` */
export function createLambdaService(region: string, endpoint: string | undefined): LambdaService {
  const current = new AsyncLocalStorage<Network>();
  const client = new LambdaClient({
    ...(endpoint !== undefined && { endpoint }),
    region,
    requestHandler: { handle: async (request: HttpRequest) => current.getStore()?.(request) } as never,
    // Here nothing goes over the network, so that there is nothing to sign.
    credentials: {} as never,
    signer: { sign: async (request: HttpRequest) => request } as never,
    // Retries are the caller's, who knows how much time is left.
    maxAttempts: 1,
  });
  const send = (network: Network) =>
    current.run(network, () => client.send(new InvokeCommand({ FunctionName: 'function' })));
  return {
    place: findPlace(send),
    now: () => Date.now() + client.config.systemClockOffset,
    async fail(response) {
      await send(async () => ({ response }));
      throw new Error(`Lambda answered with the status ${response.statusCode}, which is no error to the SDK`);
    },
  };
}

/** What the SDK takes for the network. */
type Network = (request: HttpRequest) => Promise<{ response: HttpResponse }>;

async function findPlace(send: (network: Network) => Promise<unknown>): Promise<Place> {
  const { promise, resolve } = Promise.withResolvers<Place>();
  await send(async (request) => {
    resolve(placeOf(request));
    return { response: { statusCode: 202, headers: {} } };
  });
  return promise;
}

function placeOf({ protocol, hostname, port, path, headers }: HttpRequest): Place {
  return {
    protocol,
    hostname,
    ...(port !== undefined && { port }),
    host: headers.host ?? hostname,
    path: path.slice(0, path.lastIndexOf('/2015-03-31/functions/')),
  };
}
