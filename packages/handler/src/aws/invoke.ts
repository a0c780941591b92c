import type { Readable } from 'node:stream';
import type { HttpHandler } from './http-handler.ts';
import { type InvokeCall, invokeRequest } from './invoke-request.ts';
import { createLambdaService, type LambdaService } from './lambda-service.ts';
import { readBody } from './read-body.ts';

export interface InvokeRequest extends InvokeCall {
  signal: AbortSignal;
}

export interface InvokeAnswer {
  /** What the function returned, or an error that it threw; empty for one that is only queued. */
  text: string;
  /** The kind of error, where the function ran and failed, e.g. `Unhandled`. */
  functionError?: string;
}

/** Makes one call. Resolves once the target has the payload; rejects with the service's error otherwise. */
export type Invoke = (request: InvokeRequest) => Promise<InvokeAnswer>;

/** For a payload to be queued at its target, connection and all. A function that is waited for may take its time. */
const EVENT_TIMEOUT_MS = 10_000;

/**
 * Writes and signs requests itself, which takes half of what the SDK's client takes (docs/performance.md). A test compares them.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createInvoke(options: {
  requestHandler: HttpHandler;
  /** An endpoint other than that of the environment. */
  endpoint?: string;
  /** The trace header of the invocation under way, if any. */
  trace?: () => string | undefined;
}): Invoke {
  const { requestHandler, endpoint, trace = () => undefined } = options;
  const services = new Map<string, LambdaService>();
  const serviceIn = (region: string): LambdaService => {
    const known = services.get(region) ?? createLambdaService(region, endpoint);
    services.set(region, known);
    return known;
  };

  return async (call) => {
    const { region, invocation, signal } = call;
    const service = serviceIn(region);
    const now = service.now();
    const request = invokeRequest(service.place, call, now);
    const traceHeader = trace();
    if (traceHeader !== undefined) request.headers['x-amzn-trace-id'] = traceHeader;
    const { response } = await requestHandler.handle(request, {
      abortSignal: signal,
      ...(invocation !== 'request-response' && { requestTimeout: EVENT_TIMEOUT_MS }),
    });
    if (response.statusCode >= 300) return service.fail(response, now);
    const text = await readBody(response.body as Readable);
    const functionError = response.headers['x-amz-function-error'];
    return functionError === undefined ? { text } : { text, functionError };
  };
}
