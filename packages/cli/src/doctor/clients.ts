import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createQueueClient } from '../aws/queue-client.ts';
import { createBucketClient } from '../bucket/failure-bucket.ts';

/** Clients of the source account, as far as checks use them. */
export interface Clients {
  kinesis: Pick<KinesisClient, 'send'>;
  tables: Pick<DynamoDBStreamsClient, 'send'>;
  lambda: Pick<LambdaClient, 'send'>;
  ssm: Pick<SSMClient, 'send'>;
  sqs: Pick<SQSClient, 'send'>;
  cloudWatch: Pick<CloudWatchClient, 'send'>;
  s3: S3Client;
}

/**
 * Runs some work with clients of the source account: credentials come from the SDK's default chain, the endpoint from
 * `AWS_ENDPOINT_URL` if it is set.
 */
export async function withClients<T>(
  region: string,
  profile: string | undefined,
  work: (clients: Clients) => Promise<T>,
): Promise<T> {
  const settings = { region, ...(profile !== undefined && { profile }), ...PATIENT };
  const clients = {
    // By default this client speaks HTTP/2 only, which no local endpoint does.
    kinesis: new KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() }),
    tables: new DynamoDBStreamsClient(settings),
    lambda: new LambdaClient(settings),
    ssm: new SSMClient(settings),
    sqs: createQueueClient(region, profile),
    cloudWatch: new CloudWatchClient(settings),
    s3: createBucketClient(region, profile),
  };
  try {
    return await work(clients);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

/** Many of these calls are limited to a few a second for the account. */
const PATIENT = { retryMode: 'adaptive', maxAttempts: 6 } as const;
