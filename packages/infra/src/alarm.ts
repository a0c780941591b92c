import type { Routes } from '@xacct/core';
import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Metric } from './metric.ts';

export interface AlarmProps {
  alarmName: string;
  /** What has happened and where to look: the text of the notification. */
  description: string;
  watched: Watched | Calculated;
  /** The value above which the alarm is raised; 0 by default. */
  threshold?: number;
  /**
   * Periods that have to be above the threshold.
   * @default 1
   */
  periods?: number;
  /**
   * The number of last periods of which these have to be.
   * @default all in a row
   */
  ofPeriods?: number;
  /**
   * Length of a period.
   * @default five minutes
   */
  periodSeconds?: number;
}

export interface Watched {
  metric: Metric;
  statistic: 'Sum' | 'Maximum';
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
export interface Calculated {
  expression: string;
  /** By the names that they have in the expression. */
  of: Readonly<Record<string, Watched>>;
}

const PERIOD_SECONDS = 300;

/**
 * Raised while a metric is above its threshold. Counts of 0 are not written, so what is missing raises nothing. An alarm that
 * is already there gets the threshold.
 */
export function writeAlarm(
  scope: Construct,
  id: string,
  { alarmActions, okActions }: Pick<Routes, 'alarmActions' | 'okActions'>,
  props: AlarmProps,
): CfnAlarm {
  const { alarmName, description, watched, threshold = 0, periods = 1, ofPeriods = periods } = props;
  const { periodSeconds = PERIOD_SECONDS } = props;
  const written = scope.node.tryFindChild(id);
  if (written instanceof CfnAlarm) {
    written.threshold = threshold;
    return written;
  }
  return new CfnAlarm(scope, id, {
    alarmName,
    alarmDescription: description,
    ...('metric' in watched ? oneMetric(watched, periodSeconds) : calculated(watched, periodSeconds)),
    evaluationPeriods: ofPeriods,
    ...(ofPeriods !== periods && { datapointsToAlarm: periods }),
    threshold,
    comparisonOperator: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
    ...(alarmActions !== undefined && { alarmActions: [...alarmActions] }),
    ...(okActions !== undefined && { okActions: [...okActions] }),
  });
}

type Looked = Pick<
  CfnAlarmProps,
  'namespace' | 'metricName' | 'dimensions' | 'statistic' | 'period' | 'metrics'
>;

function oneMetric({ metric, statistic }: Watched, period: number): Looked {
  return { ...metricOf(metric), statistic, period };
}

function calculated({ expression, of }: Calculated, period: number): Looked {
  return {
    metrics: [
      { id: 'calculated', expression, returnData: true },
      ...Object.entries(of).map(([id, { metric, statistic }]) => ({
        id,
        metricStat: {
          metric: metricOf(metric),
          period,
          stat: statistic,
        },
        returnData: false,
      })),
    ],
  };
}

/** A metric as CloudFormation names it. */
function metricOf({ namespace, metricName, dimensions }: Metric) {
  return {
    namespace,
    metricName,
    dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
  };
}
