import { NotSupportedError } from '../shared/aws-error.ts';
import type { TypedResource } from './properties.ts';

/**
 * Metrics of an event source mapping are for people to look at, and are not kept here.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
 *
 * @throws {NotSupportedError} for other metrics than `EventCount`, the one that streams and queues have
 */
export function checkMetricsConfig({ properties, where }: TypedResource): void {
  const metrics = properties.object('MetricsConfig', ['Metrics']).texts('Metrics');
  const unknown = metrics.find((metric) => metric !== 'EventCount');
  if (unknown !== undefined) throw new NotSupportedError(`the metric ${unknown} of MetricsConfig`, where);
}
