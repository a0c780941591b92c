import { partitionOf, writeArn } from '@xacct/core';
import type { MetricName, MetricQuery } from '../../assembly/deployed-alarm.ts';
import type { Alarm } from './alarms.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html */
export function describeAlarm({ deployed, state, reason, since }: Alarm) {
  const { name, account, region, description, queries, watchesMetric } = deployed;
  return {
    AlarmName: name,
    AlarmArn: writeArn('cloudwatch', { partition: partitionOf(region), account, region }, `alarm:${name}`),
    ...(description !== undefined && { AlarmDescription: description }),
    ActionsEnabled: true,
    AlarmActions: deployed.alarmActions,
    OKActions: deployed.okActions,
    InsufficientDataActions: [],
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: since / 1000,
    StateTransitionedTimestamp: since / 1000,
    ...(watchesMetric ? describeMetric(queries[0]) : { Metrics: queries.map(describeQuery) }),
    EvaluationPeriods: deployed.evaluationPeriods,
    DatapointsToAlarm: deployed.datapointsToAlarm,
    Threshold: deployed.threshold,
    ComparisonOperator: deployed.comparison,
    TreatMissingData: deployed.treatMissingData,
  };
}

function describeMetric(query: MetricQuery | undefined) {
  if (query === undefined || 'expression' in query) return {};
  return { ...nameOf(query.metric), Statistic: query.statistic, Period: query.periodSeconds };
}

function describeQuery(query: MetricQuery) {
  const { id, label, returnData } = query;
  return {
    Id: id,
    ...(label !== undefined && { Label: label }),
    ReturnData: returnData,
    ...('metric' in query
      ? { MetricStat: { Metric: nameOf(query.metric), Period: query.periodSeconds, Stat: query.statistic } }
      : { Expression: query.expression }),
  };
}

function nameOf({ namespace, name, dimensions }: MetricName) {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}
