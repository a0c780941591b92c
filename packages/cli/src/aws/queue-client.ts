import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/**
 * A client for the queues of a source account. The endpoint comes from `AWS_ENDPOINT_URL` if it is set.
 *
 * @param region of the queues; the region of the environment or the profile may be another
 * @param profile undefined: credentials come from the SDK's default chain
 * @param config overrides any of this
 */
export function createQueueClient(
  region: string,
  profile: string | undefined,
  config: SQSClientConfig = {},
): SQSClient {
  // By default the client would call the host in a queue's URL, past AWS_ENDPOINT_URL, and warn on the console.
  return new SQSClient({
    region,
    useQueueUrlAsEndpoint: false,
    ...(profile !== undefined && { profile }),
    ...config,
  });
}
