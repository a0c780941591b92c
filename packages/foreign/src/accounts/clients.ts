import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Session } from './assume-role.ts';

export type Clients = ReturnType<typeof createClients>;

/** AWS's own clients, with the credentials of one account. */
export function createClients(endpoint: string, region: string, { credentials }: Session) {
  const settings = { endpoint, region, credentials };
  return {
    cloudFormation: new CloudFormationClient(settings),
    iam: new IAMClient(settings),
    // Kinesis's client speaks HTTP/2 by itself.
    kinesis: new KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() }),
    lambda: new LambdaClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
    ssm: new SSMClient(settings),
  };
}
