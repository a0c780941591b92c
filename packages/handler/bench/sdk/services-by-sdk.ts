import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { CallSts } from '../../src/aws/call-sts.ts';
import type { GetParameters } from '../../src/aws/get-parameters.ts';
import type { Invoke } from '../../src/aws/invoke.ts';

/** What the handler calls, by the SDK's clients: the baseline of a cold start, and of tests. */

export function getParametersBySdk(ssm: Pick<SSMClient, 'send'>): GetParameters {
  return async (Names, abortSignal) => {
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: [...Names] }), {
      abortSignal,
    });
    return Parameters;
  };
}

export function callStsBySdk(sts: Pick<STSClient, 'send'>): CallSts {
  return async (input, abortSignal) => sts.send(new AssumeRoleCommand(input), { abortSignal });
}

/** A client for each region and set of credentials would be made once; this takes one for all of them. */
export function invokeBySdk(clientOf: (credentials: Parameters<Invoke>[0]) => LambdaClient): Invoke {
  const types = { event: 'Event', 'request-response': 'RequestResponse', 'dry-run': 'DryRun' } as const;
  return async (request) => {
    const { functionArn, invocation, payload, signal } = request;
    const command = new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: types[invocation],
      Payload: payload.body,
    });
    const { Payload, FunctionError } = await clientOf(request).send(command, { abortSignal: signal });
    const text = Payload?.transformToString() ?? '';
    return FunctionError === undefined ? { text } : { text, functionError: FunctionError };
  };
}
