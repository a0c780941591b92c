import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createQueueClient } from '../aws/queue-client.ts';

/** Clients of the source account, as far as a status needs them. */
export interface StatusClients {
  cloudWatch: Pick<CloudWatchClient, 'send'>;
  logs: Pick<CloudWatchLogsClient, 'send'>;
  sqs: Pick<SQSClient, 'send'>;
}

/** The endpoint comes from `AWS_ENDPOINT_URL` if it is set. */
export function createStatusClients(region: string, profile: string | undefined): StatusClients {
  const config = { region, ...(profile !== undefined && { profile }), ...PATIENT };
  return {
    cloudWatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
    sqs: createQueueClient(region, profile, PATIENT),
  };
}

/** `FilterLogEvents` is limited to a few calls a second for the account. */
const PATIENT = { retryMode: 'adaptive', maxAttempts: 6 } as const;
