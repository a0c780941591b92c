import { deadLetterQueueName, type Route, type Routes, routeAlarmName } from '@xacct/core';
import type { Stack } from 'aws-cdk-lib';
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { createAlarm } from './alarm.ts';
import { iteratorAge, iteratorAgeThresholdMs, mappingMetric, routeMetric } from './metric.ts';

export interface RouteAlarmsProps {
  routes: Routes;
  route: Route;
  /** Reads the stream. */
  mapping: CfnEventSourceMapping;
}

/** Alarms for what one route is to blame for; docs/deploying.md lists them. */
export function createRouteAlarms(stack: Stack, { routes, route, mapping }: RouteAlarmsProps): void {
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
    description: `${name}: records of route "${route.name}" were parked, or sent back to wait, in three of the last nine periods of five minutes; a target is down, or cannot take some of them`,
    metric: routeMetric(routes, route, 'parked'),
    statistic: 'Sum',
    // Records that wait are counted each time that they are sent back to wait, in the end about every 15 minutes. So a few
    // records that fail for hours count in three of any nine periods, and an outage of some minutes does not.
    periods: 3,
    ofPeriods: 9,
  });
  createAlarm(stack, 'FailedAlarm', {
    alarmName: routeAlarmName(name, route.name, 'failed'),
    description: `${name}: records of route "${route.name}" have to be read from the stream again: a target with "onFailure: block" did not take them, or they could not be parked`,
    metric: routeMetric(routes, route, 'failed'),
    // At once: with `park` the mapping's retries can be over within a quarter of an hour.
    statistic: 'Sum',
  });
  createAlarm(stack, 'GivenUpAlarm', {
    alarmName: routeAlarmName(name, route.name, 'given-up'),
    description: `${name}: the mapping of route "${route.name}" has given records up, and the stream goes on without them; they are in the failure bucket, and nothing sends them again by itself`,
    metric: mappingMetric(mapping.ref, 'OnFailureDestinationDeliveredEventCount'),
    statistic: 'Sum',
  });
  createAlarm(stack, 'DroppedAlarm', {
    alarmName: routeAlarmName(name, route.name, 'dropped'),
    description: `${name}: the mapping of route "${route.name}" has given records up and could not put them into the failure bucket; read them from the stream while it has them`,
    metric: mappingMetric(mapping.ref, 'DroppedEventCount'),
    statistic: 'Sum',
  });
}
