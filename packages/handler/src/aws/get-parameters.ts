import { jsonRequest } from './json-request.ts';
import type { SendSigned } from './send-signed.ts';
import { serviceEndpoint } from './service-endpoint.ts';
import { serviceError } from './service-error.ts';

export interface Parameter {
  Name?: string | undefined;
  Value?: string | undefined;
}

/**
 * Reads up to ten parameters of Parameter Store; those that do not exist are missing in the answer. Rejects with the service's own
 * error, whose `name` is its code, e.g. `AccessDeniedException`.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export type GetParameters = (names: readonly string[], signal: AbortSignal) => Promise<readonly Parameter[]>;

/** The one operation of SSM that the handler calls. The reason for a request of its own is the size of the SDK's client. */
export function createGetParameters(options: {
  region: string;
  sendSigned: SendSigned;
  /** The trace header of the invocation under way, if any. */
  trace(): string | undefined;
}): GetParameters {
  const { region, sendSigned, trace } = options;
  return async (Names, signal) => {
    const endpoint = serviceEndpoint('ssm', region);
    const request = jsonRequest({
      service: 'ssm',
      version: '1.1',
      target: 'AmazonSSM.GetParameters',
      endpoint,
      path: endpoint.path,
      input: { Names },
      trace: trace(),
    });
    const { status, text } = await sendSigned(request, signal);
    if (status !== 200) throw serviceError({ status, text });
    const { Parameters = [] } = JSON.parse(text) as { Parameters?: Parameter[] };
    return Parameters;
  };
}
