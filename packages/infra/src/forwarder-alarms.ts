import { type Forwarder, namesOf, type Routes } from '@xacct/core';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmProps, writeAlarm } from './alarm.ts';
import { forwarderMetric, functionMetric, iteratorAgeThresholdMs } from './metric.ts';

/** Alarms for all routes of a forwarder; docs/deploying.md lists them. */
export function writeForwarderAlarms(scope: Construct, routes: Routes, forwarder: Forwarder): CfnAlarm[] {
  const { name } = routes;
  const alarms: CfnAlarm[] = [];
  const alarm = (id: string, props: AlarmProps) => void alarms.push(writeAlarm(scope, id, routes, props));
  const { alarm: alarmName } = namesOf(routes).forwarder(forwarder.name);

  alarm('ErrorsAlarm', {
    alarmName: alarmName('errors'),
    description: `${name}: invocations of forwarder "${forwarder.name}" failed as a whole; its log group has the reason`,
    watched: { metric: functionMetric(routes, forwarder.name, 'Errors'), statistic: 'Sum' },
  });
  alarm('ThrottlesAlarm', {
    alarmName: alarmName('throttles'),
    description: `${name}: Lambda has refused invocations of forwarder "${forwarder.name}" for a quarter of an hour; its concurrency, or the account's, is too low`,
    watched: { metric: functionMetric(routes, forwarder.name, 'Throttles'), statistic: 'Sum' },
    periods: 3,
  });
  alarm('StaleRouteAlarm', {
    alarmName: alarmName('stale-route'),
    description: `${name}: forwarder "${forwarder.name}" has not been able to read a route for a quarter of an hour and uses the last good one`,
    watched: { metric: forwarderMetric(routes, forwarder.name, 'staleRoute'), statistic: 'Sum' },
    periods: 3,
  });
  alarm('FailureBucketAlarm', {
    alarmName: alarmName('failure-bucket'),
    description: `${name}: forwarder "${forwarder.name}" has put records into its failure bucket that nothing sends again by itself`,
    watched: { metric: forwarderMetric(routes, forwarder.name, 'keptObjects'), statistic: 'Sum' },
  });
  alarm('DestinationFailuresAlarm', {
    alarmName: alarmName('destination-failures'),
    description: `${name}: a mapping of forwarder "${forwarder.name}" has given a batch up and could not put it into the failure bucket; its records are lost where the stream no longer has them`,
    watched: {
      metric: functionMetric(routes, forwarder.name, 'DestinationDeliveryFailures'),
      statistic: 'Sum',
    },
  });

  const tables = routes.routes.filter(
    (route) => route.forwarder === forwarder.name && route.stream.service === 'dynamodb',
  );
  if (tables.length === 0) return alarms;
  alarm('IteratorAgeAlarm', {
    alarmName: alarmName('iterator-age'),
    description: `${name}: forwarder "${forwarder.name}" reads records late; half of the time until those of a DynamoDB stream are lost is over`,
    watched: { metric: functionMetric(routes, forwarder.name, 'IteratorAge'), statistic: 'Maximum' },
    threshold: Math.min(...tables.map(iteratorAgeThresholdMs)),
  });
  return alarms;
}
