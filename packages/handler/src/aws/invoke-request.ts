import type { Invocation } from '@xacct/core';
import type { Payload } from '../records/pack.ts';
import type { RoleCredentials } from './assume-role.ts';
import type { HttpCall } from './http-handler.ts';
import type { ServiceEndpoint } from './service-endpoint.ts';
import { authorization, encodedAgain, signingTime } from './sign-request.ts';

export interface InvokeCall {
  functionArn: string;
  region: string;
  /** `dry-run`: Lambda only checks the permission, and that the function exists. */
  invocation: Invocation | 'dry-run';
  payload: Payload;
  credentials: RoleCredentials;
}

const INVOCATION_TYPES = { event: 'Event', 'request-response': 'RequestResponse', 'dry-run': 'DryRun' };

/** All that are signed: `signRequest` would find, sort and join them for each call, which takes twice as long as all else here. */
const SIGNED_HEADERS =
  'content-type;host;x-amz-content-sha256;x-amz-date;x-amz-invocation-type;x-amz-security-token';

/**
 * A signed Invoke.
 *
 * @param now epoch ms, by AWS's clock
 */
export function invokeRequest(
  { protocol, hostname, port, host, path }: ServiceEndpoint,
  { functionArn, region, invocation, payload, credentials }: InvokeCall,
  now: number,
): HttpCall {
  const { body, sha256 } = payload;
  const { sessionToken } = credentials;
  const time = signingTime(now);
  const type = INVOCATION_TYPES[invocation];
  const fullPath = `${path}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
  const canonicalRequest = `POST
${encodedAgain(fullPath)}

content-type:application/octet-stream
host:${host}
x-amz-content-sha256:${sha256}
x-amz-date:${time}
x-amz-invocation-type:${type}
x-amz-security-token:${sessionToken}

${SIGNED_HEADERS}
${sha256}`;
  const signed = { canonicalRequest, signedHeaders: SIGNED_HEADERS, time, region, service: 'lambda' };
  return {
    protocol,
    hostname,
    ...(port !== undefined && { port }),
    method: 'POST',
    path: fullPath,
    headers: {
      host,
      'content-type': 'application/octet-stream',
      'content-length': String(body.length),
      'x-amz-invocation-type': type,
      'x-amz-date': time,
      'x-amz-content-sha256': sha256,
      'x-amz-security-token': sessionToken,
      authorization: authorization(signed, credentials),
    },
    body,
  };
}
