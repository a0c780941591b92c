import type { Endpoint, SignedCall } from './send-signed.ts';

/**
 * A request to a service that speaks AWS's JSON protocol.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonRequest(options: {
  service: SignedCall['service'];
  version: '1.0' | '1.1';
  /** With the service's prefix, e.g. `AmazonSSM.GetParameters`. */
  target: string;
  endpoint: Endpoint;
  /** The path of the endpoint, mostly empty. */
  path?: string;
  input: object;
  /** The trace header of the invocation under way, if any. */
  trace: string | undefined;
}): SignedCall {
  const { service, version, target, endpoint, path = '', input, trace } = options;
  const body = JSON.stringify(input);
  const headers = {
    'content-type': `application/x-amz-json-${version}`,
    'content-length': String(Buffer.byteLength(body)),
    'x-amz-target': target,
    ...(trace !== undefined && { 'x-amzn-trace-id': trace }),
  };
  return { service, method: 'POST', endpoint, path: `${path}/`, headers, body };
}
