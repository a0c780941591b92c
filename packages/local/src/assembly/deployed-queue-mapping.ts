import { limits } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import { checkMetricsConfig } from './check-metrics-config.ts';
import type { TypedResource } from './properties.ts';

/** An event source mapping that reads a queue. */
export interface DeployedQueueMapping {
  /** In place of AWS's UUID. */
  id: string;
  functionArn: string;
  queueArn: string;
  enabled: boolean;
  batchSize: number;
  batchWindowSeconds: number;
  /** Batches at the function at once; undefined where the mapping sets no bound. */
  maximumConcurrency: number | undefined;
  reportBatchItemFailures: boolean;
}

/** Properties that stream mappings have. AWS refuses them with a queue, and filters are not known here. */
const NOT_OF_QUEUES = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'FilterCriteria',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
];

/** Up to here a batch is what one ReceiveMessage brings, and needs no window. */
const BATCH_WITHOUT_WINDOW = 10;

export function readQueueMapping(resource: TypedResource): DeployedQueueMapping {
  const { logicalId, stack, where, properties } = resource;
  const other = NOT_OF_QUEUES.find((name) => properties.raw(name) !== undefined);
  if (other !== undefined)
    throw new NotSupportedError(`${other} of the event source mapping of a queue`, where);
  checkMetricsConfig(resource);
  const scaling = properties.object('ScalingConfig', ['MaximumConcurrency']);
  const { batchSize: largestBatch, batchWindowSeconds: longestWindow, ...range } = limits.eventSourceMapping;
  const mapping = {
    id: `${stack.name}-${logicalId}`,
    functionArn: properties.text('FunctionName'),
    queueArn: properties.text('EventSourceArn'),
    enabled: properties.boolean('Enabled', true),
    batchSize: properties.integer('BatchSize', [1, largestBatch], 10),
    batchWindowSeconds: properties.integer('MaximumBatchingWindowInSeconds', [0, longestWindow], 0),
    maximumConcurrency:
      scaling.raw('MaximumConcurrency') === undefined
        ? undefined
        : scaling.integer('MaximumConcurrency', [range.leastQueueConcurrency, range.queueConcurrency]),
    reportBatchItemFailures: properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
  };
  if (mapping.batchSize > BATCH_WITHOUT_WINDOW && mapping.batchWindowSeconds === 0) {
    throw new NotSupportedError(
      `BatchSize ${mapping.batchSize} of a queue without MaximumBatchingWindowInSeconds: more than ${BATCH_WITHOUT_WINDOW} want at least 1`,
      where,
    );
  }
  return mapping;
}
