import { limits, partitionOf } from '@xacct/core';
import { AwsError } from '../../aws-error.ts';
import type { HttpReply, HttpRequest } from '../../endpoint/http.ts';
import type { Functions } from './functions.ts';
import type { Call, Service } from '../../endpoint/service.ts';

/** Lambda: invoking functions, in AWS's REST protocol. */
export function createLambda(functions: Functions): Service {
  return {
    name: 'lambda',
    accessDenied: { code: 'AccessDeniedException', status: 403 },
    operationOf: (request) => (invokedFunction(request) === undefined ? undefined : 'InvokeFunction'),
    async handle(call) {
      const { request, requestId } = call;
      const { arn, qualifier } = invokedFunction(request, call) ?? { arn: '', qualifier: undefined };
      const invocationType = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
      const qualified = qualifier === undefined ? arn : `${arn}:${qualifier}`;
      call.authorize(qualified, { resourceAccount: arn.split(':')[4] ?? '' });

      const limit = limitOf(invocationType);
      if (request.body.length > limit) {
        const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
        throw new AwsError('RequestTooLargeException', message, 413);
      }
      const event = parseEvent(request.body);
      const trace = request.headers['x-amzn-trace-id'];
      const invocation = {
        requestId,
        invokedArn: qualified,
        event,
        ...(trace !== undefined && { causes: [trace] }),
      };

      switch (invocationType) {
        case 'DryRun':
          functions.find(qualified);
          return { status: 204 };
        case 'Event':
          functions.invokeLater(qualified, invocation);
          return { status: 202 };
        default: {
          const { payload, functionError } = await functions.invoke(qualified, {
            ...invocation,
            invocationType: 'RequestResponse',
          });
          const headers: Record<string, string> = {
            'content-type': 'application/json',
            'x-amz-executed-version': '$LATEST',
          };
          if (functionError !== undefined) headers['x-amz-function-error'] = functionError;
          return { status: 200, headers, body: payload };
        }
      }
    },
    fail: ({ code, message, status, throttle }): HttpReply => ({
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
}

/** The function that an Invoke names: by name, by ARN, or by `<account>:function:<name>`, with a qualifier in either place. */
export function invokedFunction(request: HttpRequest, call?: Pick<Call, 'principal' | 'region'>) {
  const match = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/.exec(request.path);
  if (request.method !== 'POST' || match === null) return undefined;
  const written = decodeURIComponent(match[1] ?? '');
  const parts =
    /^(?:arn:(?<partition>aws[a-z-]*):lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9_-]+)(?::(?<qualifier>[$a-zA-Z0-9_-]+))?$/.exec(
      written,
    )?.groups;
  if (parts === undefined || parts.name === undefined) {
    throw new AwsError(
      'ValidationException',
      `Value '${written}' at 'functionName' is neither a function's name nor its ARN`,
    );
  }
  const region = call?.region ?? '';
  if (call !== undefined && parts.region !== undefined && parts.region !== region) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Functions from '${parts.region}' are not reachable in this region ('${region}')`,
      404,
    );
  }
  const asked = request.query.get('Qualifier') ?? undefined;
  if (parts.qualifier !== undefined && asked !== undefined && asked !== parts.qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const partition = parts.partition ?? partitionOf(region);
  const account = parts.account ?? call?.principal.account ?? '';
  return {
    arn: `arn:${partition}:lambda:${region}:${account}:function:${parts.name}`,
    qualifier: parts.qualifier ?? asked,
  };
}

function limitOf(invocationType: string): number {
  switch (invocationType) {
    case 'Event':
      return limits.invoke.eventPayloadBytes;
    case 'RequestResponse':
    case 'DryRun':
      return limits.invoke.requestResponsePayloadBytes;
    default:
      throw new AwsError(
        'InvalidParameterValueException',
        `Value '${invocationType}' at 'invocationType' is not an invocation type`,
      );
  }
}

function parseEvent(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}
