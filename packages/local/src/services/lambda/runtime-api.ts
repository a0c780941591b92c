import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Invocation, InvocationResult } from './functions.ts';

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
export class RuntimeApi {
  readonly #server: Server;
  readonly #events: RuntimeEvents;
  /** The runtime's request for the next invocation, while there is none. */
  #waiting: ServerResponse | undefined;
  #running: Running | undefined;

  constructor(events: RuntimeEvents) {
    this.#events = events;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** `host:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Hands the runtime an invocation; resolves once it posts the result. One at a time. */
  run(invocation: Invocation, deadlineMs: number): Promise<InvocationResult> {
    return new Promise((finish) => {
      this.#running = { invocation, deadlineMs, finish };
      this.#handOver();
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();

    const [, , , ...path] = (request.url ?? '').split('/');
    switch (`${request.method} ${path.at(0)} ${path.at(-1)}`) {
      case 'GET invocation next':
        this.#waiting = response;
        this.#events.onReady();
        this.#handOver();
        return;
      case 'POST invocation response':
        return this.#finish(response, path[1], { payload: body });
      case 'POST invocation error':
        return this.#finish(response, path[1], { payload: body, functionError: 'Unhandled' });
      case 'POST init error':
        this.#events.onInitError(body);
        response.writeHead(202).end();
        return;
      default:
        response.writeHead(404).end();
    }
  }

  #handOver(): void {
    if (this.#waiting === undefined) return;
    const { invocation, deadlineMs } = this.#running ?? {};
    if (invocation === undefined) {
      this.#events.onIdle();
      return;
    }
    this.#events.onInvocation();
    this.#waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': String(deadlineMs),
      'lambda-runtime-invoked-function-arn': invocation.invokedArn,
      ...(invocation.traceHeader !== undefined && { 'lambda-runtime-trace-id': invocation.traceHeader }),
    });
    this.#waiting.end(JSON.stringify(invocation.event));
    this.#waiting = undefined;
  }

  #finish(response: ServerResponse, requestId: string | undefined, result: InvocationResult): void {
    const running = this.#running;
    if (running === undefined || running.invocation.requestId !== requestId) {
      response.writeHead(400).end(JSON.stringify({ errorType: 'InvalidRequestID' }));
      return;
    }
    this.#running = undefined;
    response.writeHead(202).end();
    running.finish(result);
  }
}
