import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type AccountCredentialsOptions, clientConfig } from './account-credentials.ts';

/** Runs some work with a client for the stacks of one account. */
export async function withStacksClient<T>(
  options: AccountCredentialsOptions,
  work: (client: CloudFormationClient) => Promise<T>,
): Promise<T> {
  const client = new CloudFormationClient({
    ...clientConfig(options),
    // CloudFormation allows few calls a second; a file of many routes asks for many templates.
    retryMode: 'adaptive',
    maxAttempts: 8,
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
