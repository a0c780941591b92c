import { randomUUID } from 'node:crypto';
import type { StoredRoute } from '@xacct/core';
import type { DeployedMapping, Invocation } from '@xacct/local';

export const SOURCE = '111111111111';
export const TARGET = '999999999999';
export const REGION = 'us-west-2';

export function invocation(part: Partial<Invocation> = {}): Invocation {
  return {
    requestId: randomUUID(),
    invokedArn: `arn:aws:lambda:${REGION}:${TARGET}:function:reader`,
    invocationType: 'RequestResponse',
    event: {},
    ...part,
  };
}

export function deployedMapping(part: Partial<DeployedMapping> = {}): DeployedMapping {
  return {
    id: 'route-orders-Mapping',
    account: SOURCE,
    region: REGION,
    functionArn: `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`,
    eventSourceArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
    streamArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
    enabled: true,
    startingPosition: 'TRIM_HORIZON',
    startingTimestamp: undefined,
    filters: [],
    batchSize: 100,
    batchWindowSeconds: 0,
    parallelizationFactor: 1,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    bisectBatchOnFunctionError: false,
    reportBatchItemFailures: true,
    onFailure: undefined,
    ...part,
  };
}

export function storedRoute(part: Pick<StoredRoute, 'targets'> & Partial<StoredRoute>): StoredRoute {
  const queueUrl = `https://sqs.${REGION}.amazonaws.com/${SOURCE}/orders`;
  return {
    name: 'orders',
    deaggregate: false,
    retryQueueUrl: `${queueUrl}-retry`,
    deadLetterQueueUrl: `${queueUrl}-dead-letters`,
    retryForSeconds: 86_400,
    ...part,
  };
}
