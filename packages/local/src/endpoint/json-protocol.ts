import { AwsError } from '../aws-error.ts';
import type { HttpReply, HttpRequest } from './http.ts';

/** AWS's JSON protocol, 1.0 or 1.1: the operation in a header, all else in the body. */

const CONTENT_TYPE = 'application/x-amz-json-1.1';
export const CONTENT_TYPE_1_0 = 'application/x-amz-json-1.0';

export function targetOperation(request: HttpRequest, prefix: string): string | undefined {
  const target = request.headers['x-amz-target'];
  return target?.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : undefined;
}

export function parseJsonBody(request: HttpRequest, expected = CONTENT_TYPE): Record<string, unknown> {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !contentType.startsWith(expected)) {
    throw new AwsError('SerializationException', `The local AWS speaks ${expected} here, not ${contentType}`);
  }
  try {
    const value: unknown = JSON.parse(request.body.toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below, as any other body that is no JSON object.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object');
}

export function jsonReply(value: unknown, contentType = CONTENT_TYPE): HttpReply {
  return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(value) };
}

export function jsonFailure(error: AwsError): HttpReply {
  return {
    status: error.status,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
