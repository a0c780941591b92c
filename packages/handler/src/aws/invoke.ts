import type { Readable } from 'node:stream';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpRequest } from '@smithy/types';
import type { Invocation } from '@xacct/core';
import type { Payload } from '../records/pack.ts';
import type { RoleCredentials } from './assume-role.ts';
import { createLambdaService, type LambdaService } from './lambda-service.ts';
import { readBody } from './read-body.ts';
import { signRequest } from './sign-request.ts';

export interface InvokeRequest {
  functionArn: string;
  region: string;
  /** `dry-run`: Lambda only checks the permission, and that the function exists. */
  invocation: Invocation | 'dry-run';
  payload: Payload;
  credentials: RoleCredentials;
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

const INVOCATION_TYPES = { event: 'Event', 'request-response': 'RequestResponse', 'dry-run': 'DryRun' };

/** For a payload to be queued at its target, connection and all. A function that is waited for may take its time. */
const EVENT_TIMEOUT_MS = 10_000;

/**
 * Writes and signs requests itself, which takes half of what the SDK's client takes (docs/performance.md). A test compares them.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createInvoke(options: {
  requestHandler: Pick<NodeHttpHandler, 'handle'>;
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

  return async ({ functionArn, region, invocation, payload, credentials, signal }) => {
    const service = serviceIn(region);
    const { protocol, hostname, port, host, path } = service.place;
    const traceHeader = trace();
    const headers: Record<string, string> = {
      host,
      'content-type': 'application/octet-stream',
      'content-length': String(payload.body.length),
      'x-amz-invocation-type': INVOCATION_TYPES[invocation],
    };
    if (traceHeader !== undefined) headers['x-amzn-trace-id'] = traceHeader;
    const request = {
      protocol,
      hostname,
      ...(port !== undefined && { port }),
      method: 'POST',
      path: `${path}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
      query: {},
      headers,
      body: payload.body,
    };
    const date = new Date(service.now());
    signRequest(request, credentials, { service: 'lambda', region, date, bodySha256: payload.sha256 });
    const { response } = await requestHandler.handle(request as HttpRequest as never, {
      abortSignal: signal,
      ...(invocation !== 'request-response' && { requestTimeout: EVENT_TIMEOUT_MS }),
    });
    if (response.statusCode >= 300) return service.fail(response, date.getTime());
    const text = await readBody(response.body as Readable);
    const functionError = response.headers['x-amz-function-error'];
    return functionError === undefined ? { text } : { text, functionError };
  };
}
