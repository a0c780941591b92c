import { SSMClient } from '@aws-sdk/client-ssm';

/**
 * A client for the parameters of a source account: credentials come from the SDK's default chain, the endpoint from
 * `AWS_ENDPOINT_URL` if it is set.
 *
 * @param region of the parameters; the region of the environment or the profile may be another
 */
export function createParameterClient(region: string, profile: string | undefined): SSMClient {
  return new SSMClient({ region, ...(profile !== undefined && { profile }) });
}
