import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Invocation, InvocationResult } from './invocation.ts';

/** What the runtime in an execution environment says of itself. */
export interface RuntimeEvents {
  /** It asked for its first invocation: init is done. */
  onReady(): void;
  /** It waits, and there is no invocation for it. */
  onIdle(): void;
  /** It is about to get an invocation. */
  onInvocation(): void;
  /** It could not load the function. The payload is the error as JSON. */
  onInitError(payload: string): void;
}

interface Running {
  invocation: Invocation;
  deadlineMs: number;
  finish: (result: InvocationResult) => void;
}

/**
 * The Runtime API of one execution environment: the runtime asks for an invocation, runs it, posts its result.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export function createRuntimeApi(events: RuntimeEvents) {
  /** The runtime's request for the next invocation, while there is none. */
  let waiting: ServerResponse | undefined;
  let running: Running | undefined;

  const handOver = () => {
    if (waiting === undefined) return;
    if (running === undefined) {
      events.onIdle();
      return;
    }
    const { invocation, deadlineMs } = running;
    events.onInvocation();
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': String(deadlineMs),
      'lambda-runtime-invoked-function-arn': invocation.invokedArn,
      ...(invocation.traceHeader !== undefined && { 'lambda-runtime-trace-id': invocation.traceHeader }),
    });
    waiting.end(JSON.stringify(invocation.event));
    waiting = undefined;
  };

  const finish = (response: ServerResponse, requestId: string | undefined, result: InvocationResult) => {
    if (running?.invocation.requestId !== requestId) {
      response.writeHead(400).end(JSON.stringify({ errorType: 'InvalidRequestID' }));
      return;
    }
    response.writeHead(202).end();
    running?.finish(result);
    running = undefined;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const payload = await text(request);
    const [, , , ...path] = (request.url ?? '').split('/');
    switch (`${request.method} ${path.at(0)} ${path.at(-1)}`) {
      case 'GET invocation next':
        waiting = response;
        events.onReady();
        return handOver();
      case 'POST invocation response':
        return finish(response, path[1], { payload });
      case 'POST invocation error':
        return finish(response, path[1], { payload, functionError: 'Unhandled' });
      case 'POST init error':
        events.onInitError(payload);
        response.writeHead(202).end();
        return;
      default:
        response.writeHead(404).end();
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return {
    /** Resolves with `host:port`, for `AWS_LAMBDA_RUNTIME_API`. */
    async listen() {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    /** Hands the runtime an invocation; resolves once it posts the result. One at a time. */
    run(invocation: Invocation, deadlineMs: number) {
      return new Promise<InvocationResult>((resolve) => {
        running = { invocation, deadlineMs, finish: resolve };
        handOver();
      });
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
