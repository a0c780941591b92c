import { isObject } from '@xacct/core';
import { AwsError } from '../shared/aws-error.ts';
import { parseJson } from '../shared/parse-json.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { validationErrors } from './input.ts';
import type { Protocol } from './service.ts';

const CONTENT_TYPES = { '1.0': 'application/x-amz-json-1.0', '1.1': 'application/x-amz-json-1.1' } as const;

/**
 * AWS's JSON protocol: the operation is in a header, `<prefix>.<operation>`, and its parameters are in the body.
 *
 * @param version that requests and replies have
 */
export function jsonProtocol(prefix: string, version: keyof typeof CONTENT_TYPES): Protocol {
  const contentType = CONTENT_TYPES[version];
  return {
    operationOf: (request) => targetOperation(request, prefix),
    parse: (request) => parseBody(request, contentType),
    inputErrors: validationErrors,
    reply: (result) => ({
      status: 200,
      headers: { 'content-type': contentType },
      body: JSON.stringify(result),
    }),
    fail: jsonFailure,
  };
}

export function targetOperation(request: HttpRequest, prefix: string): string | undefined {
  const target = request.headers['x-amz-target'];
  return target?.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : undefined;
}

function parseBody({ headers, body }: HttpRequest, expected: string): Record<string, unknown> {
  const contentType = headers['content-type'];
  if (contentType !== undefined && !contentType.startsWith(expected)) {
    throw new AwsError('SerializationException', `The local AWS speaks ${expected} here, not ${contentType}`);
  }
  const value = parseJson(body.toString());
  if (isObject(value)) return value;
  throw new AwsError('SerializationException', 'The body is not a JSON object');
}

export function jsonFailure(error: AwsError): HttpReply {
  return {
    status: error.status,
    headers: { 'content-type': CONTENT_TYPES['1.1'], 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
