import { deadLetterQueueName, type Route, type Routes, routeAlarmName } from '@xacct/core';
import type { Stack } from 'aws-cdk-lib';
import { createAlarm } from './alarm.ts';
import { iteratorAge, iteratorAgeThresholdMs, routeMetric } from './metric.ts';

/** Alarms for what a route alone is to blame for; docs/deploying.md lists them. */
export function createRouteAlarms(stack: Stack, routes: Routes, route: Route): void {
  const { name } = routes;

  // Lambda's iterator age is of the whole function, so the streams of tables have one alarm in the forwarder's stack.
  if (route.stream.service === 'kinesis') {
    createAlarm(stack, 'IteratorAgeAlarm', {
      alarmName: routeAlarmName(name, route.name, 'iterator-age'),
      description: `${name}: route "${route.name}" reads records late; half of the time until they are lost is over`,
      metric: iteratorAge(routes, route),
      statistic: 'Maximum',
      threshold: iteratorAgeThresholdMs(route),
    });
  }
  createAlarm(stack, 'DeadLettersAlarm', {
    alarmName: routeAlarmName(name, route.name, 'dead-letters'),
    description: `${name}: records of route "${route.name}" are in its dead-letter queue; nothing sends them again by itself`,
    metric: {
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: deadLetterQueueName(name, route.name) },
    },
    statistic: 'Maximum',
  });
  createAlarm(stack, 'ParkedAlarm', {
    alarmName: routeAlarmName(name, route.name, 'parked'),
    description: `${name}: a target of route "${route.name}" has not taken records for a quarter of an hour`,
    metric: routeMetric(routes, route, 'parked'),
    statistic: 'Sum',
    // One record that fails again and again leaves gaps between its tries, and ends as a dead letter.
    periods: 3,
  });
  createAlarm(stack, 'FailedAlarm', {
    alarmName: routeAlarmName(name, route.name, 'failed'),
    description: `${name}: route "${route.name}" reads records again that a target did not take; what fails for too long goes to the failure bucket`,
    metric: routeMetric(routes, route, 'failed'),
    // At once: the mapping's retries can be over within a quarter of an hour.
    statistic: 'Sum',
  });
}
