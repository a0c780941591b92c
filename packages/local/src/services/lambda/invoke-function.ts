import { limits } from '@xacct/core';
import type { HttpRequest } from '../../endpoint/http.ts';
import { TEXT } from '../../endpoint/input.ts';
import { accountOf, operation } from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { FUNCTION_NAME, namedFunction } from './function-name.ts';
import type { Functions } from './functions.ts';

/** Invoke, in all three types. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const invokeFunction = operation({
  input: {
    properties: {
      FunctionName: FUNCTION_NAME,
      InvocationType: { enum: ['DryRun', 'Event', 'RequestResponse'] },
      Qualifier: TEXT,
      TraceHeader: TEXT,
    },
    required: ['FunctionName'],
  },
  action: 'lambda:InvokeFunction',
  resource: namedFunction,
  async handle(
    call,
    { InvocationType = 'RequestResponse', TraceHeader },
    { functions }: { functions: Functions },
  ) {
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
});

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
