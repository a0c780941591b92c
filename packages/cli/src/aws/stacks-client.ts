import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type AccountCredentialsOptions, accountCredentials } from './account-credentials.ts';

/** A client for the stacks of one account. The endpoint comes from `AWS_ENDPOINT_URL` where it is set. */
export function createStacksClient(options: AccountCredentialsOptions): CloudFormationClient {
  return new CloudFormationClient({
    region: options.region,
    credentials: () => accountCredentials(options),
    // CloudFormation allows few calls a second; a file of many routes asks for many templates.
    retryMode: 'adaptive',
    maxAttempts: 8,
  });
}
