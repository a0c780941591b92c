import { limits } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { TypedResource } from './properties.ts';

/** What mappings of streams and of queues have. */
export interface MappingSettings {
  /** In place of AWS's UUID. */
  id: string;
  functionArn: string;
  enabled: boolean;
  batchSize: number;
  batchWindowSeconds: number;
  reportBatchItemFailures: boolean;
  /** Whether Lambda counts its events in metrics. */
  countsEvents: boolean;
}

/**
 * Reads what mappings of streams and of queues have.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
 *
 * @param batchSize where the mapping sets none
 * @throws {NotSupportedError} for other metrics than `EventCount`, the one that streams and queues have
 */
export function readMapping(
  { logicalId, stack, where, properties }: TypedResource,
  batchSize: number,
): MappingSettings {
  const metrics = properties.object('MetricsConfig', ['Metrics']).texts('Metrics');
  const unknown = metrics.find((metric) => metric !== 'EventCount');
  if (unknown !== undefined) throw new NotSupportedError(`the metric ${unknown} of MetricsConfig`, where);
  const most = limits.eventSourceMapping;
  const window = properties.integer('MaximumBatchingWindowInSeconds', [0, most.batchWindowSeconds], 0);
  return {
    id: `${stack.name}-${logicalId}`,
    functionArn: properties.text('FunctionName'),
    enabled: properties.boolean('Enabled', true),
    batchSize: properties.integer('BatchSize', [1, most.batchSize], batchSize),
    batchWindowSeconds: window,
    reportBatchItemFailures: properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    countsEvents: metrics.includes('EventCount'),
  };
}
