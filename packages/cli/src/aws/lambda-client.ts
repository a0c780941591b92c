import { LambdaClient } from '@aws-sdk/client-lambda';
import { type AccountCredentialsOptions, accountCredentials } from './account-credentials.ts';

/** A client for the event source mappings of one account. The endpoint comes from `AWS_ENDPOINT_URL` where it is set. */
export function createLambdaClient(options: AccountCredentialsOptions): LambdaClient {
  return new LambdaClient({ region: options.source.region, credentials: () => accountCredentials(options) });
}
