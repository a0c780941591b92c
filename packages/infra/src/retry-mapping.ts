import type { Route } from '@xacct/core';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface RetryMappingProps {
  route: Route;
  retryQueue: CfnQueue;
  /** ARN of the forwarder. */
  functionArn: string;
}

/** Brings parked records back to the forwarder, also while the route is disabled: the stream rests, its records do not. */
export function createRetryMapping(
  scope: Construct,
  { route, retryQueue, functionArn }: RetryMappingProps,
): CfnEventSourceMapping {
  return new CfnEventSourceMapping(scope, 'RetryMapping', {
    functionName: functionArn,
    eventSourceArn: retryQueue.attrArn,
    enabled: true,
    batchSize: BATCH_SIZE,
    functionResponseTypes: ['ReportBatchItemFailures'],
    // Retries never take the concurrency that the streams need.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    scalingConfig: { maximumConcurrency: route.retryConcurrency },
  });
}

/** Messages, each of which holds up to 1 MiB of records; more than ten would need a window in which they wait. */
const BATCH_SIZE = 10;
