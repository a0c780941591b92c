import { isObject } from '@xacct/core';
import type { MetricName } from '../../assembly/deployed-alarm.ts';
import { parseJson } from '../../shared/parse-json.ts';

export interface EmbeddedMetric {
  metric: MetricName;
  values: number[];
  unit: string | undefined;
  /** Epoch ms. */
  at: number;
}

/**
 * The metrics in a log line of the embedded metric format; none in any other line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): EmbeddedMetric[] {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  const document = parseJson(line);
  if (!isObject(document) || !isObject(document._aws)) return [];
  const { Timestamp, CloudWatchMetrics } = document._aws;
  if (typeof Timestamp !== 'number') return [];
  return listOf(CloudWatchMetrics).flatMap((directive) => readDirective(directive, document, Timestamp));
}

function readDirective(
  { Namespace, Dimensions, Metrics }: Record<string, unknown>,
  document: Record<string, unknown>,
  at: number,
): EmbeddedMetric[] {
  if (typeof Namespace !== 'string' || !Array.isArray(Dimensions)) return [];
  const sets = Dimensions.filter((set): set is string[] => Array.isArray(set)).map((names) =>
    Object.fromEntries(names.map((name) => [name, String(document[name])])),
  );
  return listOf(Metrics).flatMap(({ Name, Unit }) => {
    const name = String(Name);
    const found = document[name];
    const values = (Array.isArray(found) ? found : [found]).filter((value) => typeof value === 'number');
    if (values.length === 0) return [];
    const unit = typeof Unit === 'string' ? Unit : undefined;
    return sets.map((dimensions) => ({
      metric: { namespace: Namespace, name, dimensions },
      values,
      unit,
      at,
    }));
  });
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
