import type { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Metric } from './metric.ts';

export interface AlarmProps {
  alarmName: string;
  /** What has happened and where to look: the text of the notification. */
  description: string;
  metric: Metric;
  statistic: 'Sum' | 'Maximum' | 'Average';
  /** The value above which the alarm is raised; 0 by default. */
  threshold?: number;
  /** @default 300 */
  periodSeconds?: number;
  /**
   * Periods in a row that have to be above the threshold.
   * @default 1
   */
  periods?: number;
}

/** Raised while a metric is above its threshold. Counts of 0 are not written, so what is missing raises nothing. */
export function createAlarm(
  stack: Stack,
  id: string,
  { alarmName, description, metric, statistic, threshold = 0, periodSeconds = 300, periods = 1 }: AlarmProps,
): void {
  new CfnAlarm(stack, id, {
    alarmName,
    alarmDescription: description,
    namespace: metric.namespace,
    metricName: metric.metricName,
    dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ name, value })),
    statistic,
    period: periodSeconds,
    evaluationPeriods: periods,
    threshold,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  });
}
