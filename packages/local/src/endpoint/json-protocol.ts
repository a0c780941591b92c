import { AwsError } from '../shared/aws-error.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { createInput, type Input, type InputErrors, validationErrors } from './input.ts';
import type { Protocol } from './service.ts';

export type JsonInput = Readonly<Record<string, unknown>>;

const CONTENT_TYPES = { '1.0': 'application/x-amz-json-1.0', '1.1': 'application/x-amz-json-1.1' } as const;

/**
 * AWS's JSON protocol: the operation is in a header, `<prefix>.<operation>`, and its parameters are in the body.
 *
 * @param version that requests and replies have
 */
export function jsonProtocol(prefix: string, version: keyof typeof CONTENT_TYPES): Protocol<JsonInput> {
  const contentType = CONTENT_TYPES[version];
  return {
    operationOf: (request) => targetOperation(request, prefix),
    parse: (request) => parseJsonBody(request, contentType),
    reply: (result) => ({
      status: 200,
      headers: { 'content-type': contentType },
      body: JSON.stringify(result),
    }),
    fail: jsonFailure,
  };
}

/** The same, with the parameters in an `Input`. */
export function validatedJsonProtocol(
  prefix: string,
  version: keyof typeof CONTENT_TYPES,
  errorsOf: (operation: string) => InputErrors = validationErrors,
): Protocol<Input> {
  const json = jsonProtocol(prefix, version);
  return {
    ...json,
    parse: (request, operation) => createInput(json.parse(request, operation), errorsOf(operation)),
  };
}

export function targetOperation(request: HttpRequest, prefix: string): string | undefined {
  const target = request.headers['x-amz-target'];
  return target?.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : undefined;
}

function parseJsonBody(request: HttpRequest, expected: string): JsonInput {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !contentType.startsWith(expected)) {
    throw new AwsError('SerializationException', `The local AWS speaks ${expected} here, not ${contentType}`);
  }
  try {
    const value: unknown = JSON.parse(request.body.toString());
    if (typeof value === 'object' && value !== null) return value as JsonInput;
  } catch {
    // The same error as for any other body that is not a JSON object.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object');
}

export function jsonFailure(error: AwsError): HttpReply {
  return {
    status: error.status,
    headers: { 'content-type': CONTENT_TYPES['1.1'], 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
