import type { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Metric } from './metric.ts';

export interface AlarmProps {
  alarmName: string;
  /** What has happened and where to look: the text of the notification. */
  description: string;
  metric: Metric;
  statistic: 'Sum' | 'Maximum';
  /** The value above which the alarm is raised; 0 by default. */
  threshold?: number;
  /**
   * Periods of five minutes that have to be above the threshold.
   * @default 1
   */
  periods?: number;
  /**
   * The number of last periods of which these have to be.
   * @default all in a row
   */
  ofPeriods?: number;
}

const PERIOD_SECONDS = 300;

/** Raised while a metric is above its threshold. Counts of 0 are not written, so what is missing raises nothing. */
export function createAlarm(
  stack: Stack,
  id: string,
  { alarmName, description, metric, statistic, threshold = 0, periods = 1, ofPeriods = periods }: AlarmProps,
): void {
  new CfnAlarm(stack, id, {
    alarmName,
    alarmDescription: description,
    namespace: metric.namespace,
    metricName: metric.metricName,
    dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ name, value })),
    statistic,
    period: PERIOD_SECONDS,
    evaluationPeriods: ofPeriods,
    ...(ofPeriods !== periods && { datapointsToAlarm: periods }),
    threshold,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  });
}
