import type { HttpReply, HttpRequest } from '../../endpoint/http.ts';
import { validationErrors } from '../../endpoint/input.ts';
import type { Protocol } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** Where each operation is, and which of its parameters the path names. */
const PLACES: readonly [operation: string, method: string, path: RegExp][] = [
  ['GetAccountSettings', 'GET', /^\/2016-08-19\/account-settings\/?$/],
  ['GetEventSourceMapping', 'GET', /^\/2015-03-31\/event-source-mappings\/(?<UUID>[^/]+)\/?$/],
  ['GetFunctionConfiguration', 'GET', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/configuration\/?$/],
  ['InvokeFunction', 'POST', /^\/2015-03-31\/functions\/(?<FunctionName>[^/]+)\/invocations\/?$/],
  ['ListEventSourceMappings', 'GET', /^\/2015-03-31\/event-source-mappings\/?$/],
  ['ListFunctions', 'GET', /^\/2015-03-31\/functions\/?$/],
];

/** AWS's REST protocol: the path, the query and headers are parameters, and the body is an event. */
export const lambdaProtocol: Protocol = {
  operationOf: (request) => placeOf(request)?.operation,
  parse(request) {
    const { operation, named } = placeOf(request) ?? {};
    return {
      ...named,
      ...Object.fromEntries(request.query),
      ...(operation === 'InvokeFunction' && {
        InvocationType: request.headers['x-amz-invocation-type'] ?? null,
        TraceHeader: request.headers['x-amzn-trace-id'] ?? null,
      }),
    };
  },
  inputErrors: (asked) => ({
    ...validationErrors(asked),
    mismatch: (name, pattern, value) =>
      name === 'FunctionName'
        ? new AwsError(
            'ValidationException',
            `Value '${value}' at 'functionName' is neither a function's name nor its ARN`,
          )
        : validationErrors(asked).mismatch(name, pattern, value),
    notAllowed: (_, value) =>
      new AwsError(
        'InvalidParameterValueException',
        `Value '${value}' at 'invocationType' is not an invocation type`,
      ),
  }),
  reply: (result) => result as HttpReply,
  fail: ({ code, message, status, throttle }) => ({
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': code,
      ...(throttle && { 'retry-after': String(throttle.retryAfterSeconds) }),
    },
    body: JSON.stringify(
      throttle === undefined
        ? { Type: status < 500 ? 'User' : 'Service', Message: message }
        : { Reason: throttle.reason, Type: 'User', message },
    ),
  }),
};

export function jsonReply(result: object): HttpReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };
}

function placeOf({ method, path }: Pick<HttpRequest, 'method' | 'path'>) {
  for (const [operation, expected, pattern] of PLACES) {
    const match = method === expected ? pattern.exec(path) : null;
    if (match === null) continue;
    const named = Object.entries(match.groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    return { operation, named: Object.fromEntries(named) };
  }
  return undefined;
}
