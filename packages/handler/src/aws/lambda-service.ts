import { AsyncLocalStorage } from 'node:async_hooks';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { HttpRequest, HttpResponse } from '@smithy/types';

/** Lambda in one region, as only the SDK knows it: where it is, what its errors are, and what time it is there. */
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
  /** Of the endpoint, mostly empty. */
  path: string;
}

/** @param endpoint another one than the SDK finds, e.g. `http://127.0.0.1:4566` */
export function createLambdaService(region: string, endpoint: string | undefined): LambdaService {
  const { send, clockOffset } = createSender(region, endpoint);
  return {
    place: findPlace(send),
    now: () => Date.now() + clockOffset(),
    async fail(response) {
      await send(async () => ({ response }));
      throw new Error(`Lambda answered with the status ${response.statusCode}, which is no error to the SDK`);
    },
  };
}

type Send = (handle: Handle) => Promise<unknown>;
type Handle = (request: HttpRequest) => Promise<{ response: HttpResponse }>;

async function findPlace(send: Send): Promise<Place> {
  let written: HttpRequest | undefined;
  await send(async (request) => {
    written = request;
    return { response: { statusCode: 202, headers: {} } };
  });
  if (written === undefined) throw new Error('The SDK did not write a request to Lambda');
  const { protocol, hostname, port, path, headers } = written;
  const end = path.indexOf('/2015-03-31/');
  if (end < 0) throw new Error(`The SDK writes requests to Lambda's API of another version: ${path}`);
  return {
    protocol,
    hostname,
    ...(port !== undefined && { port }),
    host: headers.host ?? hostname,
    path: path.slice(0, end),
  };
}

/** The SDK's way to make a call, with another way over the network for each. */
function createSender(region: string, endpoint: string | undefined): { send: Send; clockOffset(): number } {
  const current = new AsyncLocalStorage<Handle>();
  const client = new LambdaClient({
    ...(endpoint !== undefined && { endpoint }),
    region,
    requestHandler: {
      handle(request: HttpRequest) {
        const handle = current.getStore();
        if (handle === undefined) throw new Error('A request to Lambda left the context of its call');
        return handle(request);
      },
    } as never,
    credentials: { accessKeyId: '', secretAccessKey: '' },
    // Whoever calls signs: here nothing goes over the network.
    signer: { sign: async (request: HttpRequest) => request } as never,
  });
  const { middlewareStack } = client;
  // Retries are the caller's, who knows how much time is left.
  middlewareStack.add((next) => next, {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  });
  const settings = { ...client.config };
  middlewareStack.use(getSchemaSerdePlugin(settings));
  const command = new InvokeCommand({ FunctionName: 'function', InvocationType: 'Event' });
  const handle = command.resolveMiddleware(middlewareStack, settings, undefined);
  return {
    send: (way) => current.run(way, () => handle(command)),
    clockOffset: () => client.config.systemClockOffset,
  };
}
