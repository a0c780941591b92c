import {
  AssumeRole$,
  type AssumeRoleCommandOutput,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  errorTypeRegistries,
} from '@aws-sdk/client-sts';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import type { SendSigned } from './send-signed.ts';
import { serviceEndpoint } from './service-endpoint.ts';

/**
 * Calls AssumeRole. Rejects with the SDK's error of STS, whose `name` is its code, e.g. `AccessDenied`.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export type CallSts = (input: AssumeRoleRequest, signal: AbortSignal) => Promise<AssumeRoleResponse>;

const [, namespace, name, traits, input, output] = AssumeRole$;
const OPERATION = { namespace, name, traits, input, output };

/**
 * The SDK writes the request and reads the answer and its errors, by its own schema of the operation. What its client does between
 * the two is the handler's: endpoint, signature and retries. The client would make the bundle 2.7 times as large (docs/performance.md).
 */
export function createCallSts(options: {
  region: string;
  sendSigned: SendSigned;
  /** The trace header of the invocation under way, if any. */
  trace(): string | undefined;
}): CallSts {
  const { region, sendSigned, trace } = options;
  const protocol = new AwsQueryProtocol({
    defaultNamespace: namespace,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
    errorTypeRegistries,
  });

  return async (request, signal) => {
    const endpoint = serviceEndpoint('sts', region);
    const { headers, body } = await protocol.serializeRequest(OPERATION, request, {
      endpoint: async () => undefined,
    } as never);
    const traceHeader = trace();
    const answer = await sendSigned(
      {
        service: 'sts',
        method: 'POST',
        endpoint,
        path: `${endpoint.path}/`,
        headers: {
          ...headers,
          'content-length': String(Buffer.byteLength(body)),
          ...(traceHeader !== undefined && { 'x-amzn-trace-id': traceHeader }),
        },
        body,
      },
      signal,
    );
    const response = { statusCode: answer.status, headers: {}, body: Buffer.from(answer.text) };
    return protocol.deserializeResponse<AssumeRoleCommandOutput>(OPERATION, {} as never, response);
  };
}
