import { limits } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { TypedResource } from './properties.ts';
import { type MappingSettings, readMapping } from './read-mapping.ts';

/** An event source mapping that reads a queue. */
export interface DeployedQueueMapping extends MappingSettings {
  queueArn: string;
  /** Maximum number of batches at the function at once; undefined where the mapping sets none. */
  maximumConcurrency: number | undefined;
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
  const { where, properties } = resource;
  const other = NOT_OF_QUEUES.find((name) => properties.raw(name) !== undefined);
  if (other !== undefined)
    throw new NotSupportedError(`${other} of the event source mapping of a queue`, where);
  const scaling = properties.object('ScalingConfig', ['MaximumConcurrency']);
  const { leastQueueConcurrency, queueConcurrency } = limits.eventSourceMapping;
  const mapping = {
    ...readMapping(resource, 10),
    queueArn: properties.text('EventSourceArn'),
    maximumConcurrency:
      scaling.raw('MaximumConcurrency') === undefined
        ? undefined
        : scaling.integer('MaximumConcurrency', [leastQueueConcurrency, queueConcurrency]),
  };
  if (mapping.batchSize > BATCH_WITHOUT_WINDOW && mapping.batchWindowSeconds === 0) {
    throw new NotSupportedError(
      `BatchSize ${mapping.batchSize} of a queue without MaximumBatchingWindowInSeconds: more than ${BATCH_WITHOUT_WINDOW} want at least 1`,
      where,
    );
  }
  return mapping;
}
