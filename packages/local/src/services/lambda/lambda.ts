import { functionArn, functionFromArn, limits, partitionOf } from '@xacct/core';
import type { HttpReply, HttpRequest } from '../../endpoint/http.ts';
import { TEXT, validationErrors } from '../../endpoint/input.ts';
import {
  accountOf,
  type Call,
  operation,
  type Protocol,
  type ServiceDefinition,
} from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { failures } from './failures.ts';
import type { Functions } from './functions.ts';

const INVOKE_PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
/** A function's name, its ARN, or `<account>:function:<name>`, with a qualifier behind any of them. */
const FUNCTION =
  /^(?:arn:(?<partition>aws[a-z-]*):lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9_-]+)(?::(?<qualifier>[$a-zA-Z0-9_-]+))?$/;

/** AWS's REST protocol: the path names the function, headers are parameters, and the body is the event. */
const protocol: Protocol = {
  operationOf: ({ method, path }) =>
    method === 'POST' && INVOKE_PATH.test(path) ? 'InvokeFunction' : undefined,
  parse: ({ path, query, headers }) => ({
    FunctionName: decodeURIComponent(INVOKE_PATH.exec(path)?.[1] ?? ''),
    InvocationType: headers['x-amz-invocation-type'],
    Qualifier: query.get('Qualifier'),
    TraceHeader: headers['x-amzn-trace-id'],
  }),
  inputErrors: (asked) => ({
    ...validationErrors(asked),
    mismatch: (_name, _pattern, value) =>
      new AwsError(
        'ValidationException',
        `Value '${value}' at 'functionName' is neither a function's name nor its ARN`,
      ),
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

/** Lambda: invoking functions. */
export const lambda: ServiceDefinition<'lambda', Functions> = {
  name: 'lambda',
  protocol,
  accessDenied: { code: 'AccessDeniedException', status: 403 },
  failures,
  locate: (arn) => ({ account: accountOf(arn), function: functionFromArn(arn).name }),
  operations: {
    InvokeFunction: operation({
      input: {
        properties: {
          FunctionName: { type: 'string', pattern: FUNCTION.source },
          InvocationType: { enum: ['DryRun', 'Event', 'RequestResponse'] },
          Qualifier: TEXT,
          TraceHeader: TEXT,
        },
        required: ['FunctionName'],
      },
      action: 'lambda:InvokeFunction',
      resource: invokedArn,
      async handle(call, { InvocationType = 'RequestResponse', TraceHeader }, functions) {
        const { resource: arn, requestId, request } = call;
        call.authorize(arn, { resourceAccount: accountOf(arn) });
        checkSize(request, InvocationType);
        const causes = TraceHeader === undefined ? {} : { causes: [TraceHeader] };
        const invocation = { requestId, invokedArn: arn, event: parseEvent(request.body), ...causes };
        if (InvocationType === 'DryRun') {
          functions.find(arn);
          return { status: 204 };
        }
        if (InvocationType === 'Event') {
          functions.invokeLater(arn, invocation);
          return { status: 202 };
        }
        const invocationType = 'RequestResponse' as const;
        const { payload, functionError } = await functions.invoke(arn, { ...invocation, invocationType });
        return {
          status: 200,
          headers: {
            'content-type': 'application/json',
            'x-amz-executed-version': '$LATEST',
            ...(functionError && { 'x-amz-function-error': functionError }),
          },
          body: payload,
        };
      },
    }),
  },
};

/**
 * ARN of the function that an Invoke names, with its qualifier.
 *
 * @throws {AwsError} for a function of another region, and for two qualifiers
 */
function invokedArn(
  { FunctionName, Qualifier }: { FunctionName: string; Qualifier?: string | undefined },
  { principal, region }: Pick<Call, 'principal' | 'region'>,
): string {
  const {
    partition = partitionOf(region),
    region: itsRegion = region,
    account = principal.account,
    name,
    qualifier = Qualifier,
  } = FUNCTION.exec(FunctionName)?.groups ?? {};
  if (itsRegion !== region) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Functions from '${itsRegion}' are not reachable in this region ('${region}')`,
      404,
    );
  }
  if (Qualifier !== undefined && Qualifier !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const qualified = qualifier === undefined ? `${name}` : `${name}:${qualifier}`;
  return functionArn({ partition, region, account }, qualified);
}

function checkSize({ body }: HttpRequest, invocationType: string): void {
  const { eventPayloadBytes, requestResponsePayloadBytes } = limits.invoke;
  const limit = invocationType === 'Event' ? eventPayloadBytes : requestResponsePayloadBytes;
  if (body.length <= limit) return;
  const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
  throw new AwsError('RequestTooLargeException', message, 413);
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
