import { functionFromArn, limits, partitionOf } from '@xacct/core';
import type { HttpReply, HttpRequest } from '../../endpoint/http.ts';
import {
  type AuthorizedCall,
  accountOf,
  type Call,
  type Protocol,
  type Service,
  type ServiceDefinition,
  serve,
} from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { failures } from './failures.ts';
import type { Functions } from './functions.ts';

const INVOKE_PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;

/** AWS's REST protocol: the path names the function, headers are parameters, and the body is the event. */
const protocol: Protocol<HttpRequest> = {
  operationOf: ({ method, path }) =>
    method === 'POST' && INVOKE_PATH.test(path) ? 'InvokeFunction' : undefined,
  parse: (request) => request,
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

/** Lambda: invoking functions. */
export const lambda: ServiceDefinition<'lambda', Functions, HttpRequest> = {
  name: 'lambda',
  protocol,
  accessDenied: { code: 'AccessDeniedException', status: 403 },
  failures,
  locate: (arn) => ({ account: accountOf(arn), function: functionFromArn(arn).name }),
  operations: {
    InvokeFunction: {
      action: 'lambda:InvokeFunction',
      resource(request, caller) {
        const { arn, qualifier } = invokedFunction(request, caller);
        return qualifier === undefined ? arn : `${arn}:${qualifier}`;
      },
      handle: invoke,
    },
  },
};

export function createLambda(functions: Functions): Service {
  return serve(lambda, functions);
}

async function invoke(call: AuthorizedCall, request: HttpRequest, functions: Functions): Promise<HttpReply> {
  const invocationType = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const { resource: invokedArn, requestId } = call;
  call.authorize(invokedArn, { resourceAccount: accountOf(invokedArn) });

  const limit = limitOf(invocationType);
  if (request.body.length > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  const event = parseEvent(request.body);
  const trace = request.headers['x-amzn-trace-id'];
  const invocation = { requestId, invokedArn, event, ...(trace !== undefined && { causes: [trace] }) };

  switch (invocationType) {
    case 'DryRun':
      functions.find(invokedArn);
      return { status: 204 };
    case 'Event':
      functions.invokeLater(invokedArn, invocation);
      return { status: 202 };
    default: {
      const { payload, functionError } = await functions.invoke(invokedArn, {
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
}

/**
 * The function that an Invoke names: by name, by ARN, or by `<account>:function:<name>`, with a qualifier in either place.
 *
 * @throws {AwsError} for anything else, and for a function of another region
 */
function invokedFunction(request: HttpRequest, { principal, region }: Pick<Call, 'principal' | 'region'>) {
  const written = decodeURIComponent(INVOKE_PATH.exec(request.path)?.[1] ?? '');
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
  if (parts.region !== undefined && parts.region !== region) {
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
  const account = parts.account ?? principal.account;
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
