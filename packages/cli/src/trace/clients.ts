import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { KinesisClient } from '@aws-sdk/client-kinesis';

/** Clients for what a trace reads beside queues and bucket. The endpoint comes from `AWS_ENDPOINT_URL` if it is set. */
export function createTraceClients(region: string, profile: string | undefined) {
  const config = { region, ...(profile !== undefined && { profile }) };
  return {
    kinesis: new KinesisClient(config),
    tables: new DynamoDBStreamsClient(config),
    cloudWatch: new CloudWatchClient(config),
    logs: new CloudWatchLogsClient(config),
  };
}

export type TraceClients = ReturnType<typeof createTraceClients>;
