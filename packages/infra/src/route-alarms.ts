import { type Forwarder, limits, namesOf, type Route, type Routes } from '@xacct/core';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type AlarmProps, type Calculated, writeAlarm } from './alarm.ts';
import {
  incomingRecords,
  iteratorAge,
  iteratorAgeThresholdMs,
  mappingMetric,
  oldestMessage,
  routeMetric,
} from './metric.ts';
import { VISIBILITY_TIMEOUTS } from './route-queues.ts';

export interface RouteAlarmsProps {
  routes: Routes;
  route: Route;
  /** The route's. */
  forwarder: Forwarder;
  /** Reads the stream. */
  mapping: CfnEventSourceMapping;
}

/** Alarms for failures of one route; docs/deploying.md lists them. */
export function createRouteAlarms(scope: Construct, props: RouteAlarmsProps): CfnAlarm[] {
  const { routes, route } = props;
  const { name } = routes;
  const names = namesOf(routes).route(route.name);
  const alarms: CfnAlarm[] = [];
  const alarm = (id: string, props: AlarmProps) => void alarms.push(writeAlarm(scope, id, routes, props));

  // Lambda's iterator age covers all mappings of the function, so the streams of tables have one alarm in the forwarder's stack.
  if (route.stream.service === 'kinesis') {
    alarm('IteratorAgeAlarm', {
      alarmName: names.alarm('iterator-age'),
      description: `${name}: route "${route.name}" reads records late; half of the time until they are lost is over`,
      watched: { metric: iteratorAge(routes, route), statistic: 'Maximum' },
      threshold: iteratorAgeThresholdMs(route),
    });
  }
  alarm('DeadLettersAlarm', {
    alarmName: names.alarm('dead-letters'),
    description: `${name}: records of route "${route.name}" are in its dead-letter queue; nothing sends them again by itself`,
    watched: {
      metric: {
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: names.deadLetterQueue },
      },
      statistic: 'Maximum',
    },
  });
  alarm('ParkedAlarm', {
    alarmName: names.alarm('parked'),
    description: `${name}: records of route "${route.name}" were parked, or sent back to wait, in three of the last nine periods of five minutes; a target is down, or cannot take some of them`,
    watched: { metric: routeMetric(routes, route, 'parked'), statistic: 'Sum' },
    // Records that wait are counted each time that they are sent back to wait, in the end about every 15 minutes. So a few
    // records that fail for hours count in three of any nine periods, and an outage of some minutes does not.
    periods: 3,
    ofPeriods: 9,
  });
  alarm('FailedAlarm', {
    alarmName: names.alarm('failed'),
    description: `${name}: records of route "${route.name}" have to be read from the stream again: a target with "onFailure: block" did not take them, or they could not be parked`,
    // At once: with `park` the mapping's retries can be over within a quarter of an hour.
    watched: { metric: routeMetric(routes, route, 'failed'), statistic: 'Sum' },
  });
  createLossAlarms(alarm, props);
  // While nothing is paused there is nothing to watch, and nothing to pay for.
  if (route.targets.some(({ paused }) => paused)) {
    alarm('PausedAlarm', {
      alarmName: names.alarm('paused'),
      description: `${name}: route "${route.name}" has kept records of a paused target for more than a day; resume it with "xacct resume", before the failure bucket expires them`,
      watched: keptPaused(routes, route),
      periods: PAUSED_HOURS,
      ofPeriods: WEEK_HOURS,
      periodSeconds: 3600,
    });
  }
  if (routes.alarmActions !== undefined) createNotifiedAlarms(alarm, props);
  return alarms;
}

/** From the hour of the first kept record on, the 25th one begins a day later. */
const PAUSED_HOURS = 25;
/** The longest window of an alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const WEEK_HOURS = 7 * 24;

/**
 * Above 0 from the first record on that was kept in the last week, also in hours in which none came: nobody writes how many are
 * kept, and a quiet stream writes nothing.
 */
function keptPaused(routes: Routes, route: Route): Calculated {
  return {
    expression: 'FILL(paused, REPEAT)',
    of: { paused: { metric: routeMetric(routes, route, 'paused'), statistic: 'Sum' } },
  };
}

/** Alarms for what the mapping gives up. */
function createLossAlarms(
  alarm: (id: string, props: AlarmProps) => void,
  { routes, route, mapping }: Pick<RouteAlarmsProps, 'routes' | 'route' | 'mapping'>,
): void {
  const { name } = routes;
  const names = namesOf(routes).route(route.name);
  alarm('GivenUpAlarm', {
    alarmName: names.alarm('given-up'),
    description: `${name}: the mapping of route "${route.name}" has given records up, and the stream goes on without them; they are in the failure bucket, and nothing sends them again by itself`,
    watched: {
      metric: mappingMetric(mapping.ref, 'OnFailureDestinationDeliveredEventCount'),
      statistic: 'Sum',
    },
  });
  alarm('DroppedAlarm', {
    alarmName: names.alarm('dropped'),
    description: `${name}: the mapping of route "${route.name}" has given records up and could not put them into the failure bucket; read them from the stream while it has them`,
    watched: { metric: mappingMetric(mapping.ref, 'DroppedEventCount'), statistic: 'Sum' },
  });
}

/** Two alarms that are useful only where somebody is notified. */
function createNotifiedAlarms(
  alarm: (id: string, props: AlarmProps) => void,
  { routes, route, forwarder, mapping }: RouteAlarmsProps,
): void {
  const { name } = routes;
  const names = namesOf(routes).route(route.name);
  if (route.stream.service === 'kinesis' && route.enabled) {
    alarm('NotReadingAlarm', {
      alarmName: names.alarm('not-reading'),
      description: `${name}: records come into the stream of route "${route.name}", and its mapping has read none for a quarter of an hour; look at the mapping's state, the stream's key and the role of the forwarder`,
      watched: notReading(route, mapping),
      periods: 3,
    });
  }
  alarm('LateRetriesAlarm', {
    alarmName: names.alarm('late-retries'),
    description: `${name}: parked records of route "${route.name}" have waited for longer than they have to; the mapping of its retry queue does not take them, or "retryConcurrency" is too low`,
    watched: { metric: oldestMessage(names.retryQueue), statistic: 'Maximum' },
    threshold: limits.sqs.delaySeconds + VISIBILITY_TIMEOUTS * forwarder.timeoutSeconds,
    periods: 3,
  });
}

/**
 * 1 while records come in and none is polled. A mapping that is stopped, or may not read, writes nothing at all, so what is
 * missing counts as none polled; a stream into which nothing comes raises nothing. What the mapping's filters leave out is
 * polled all the same, which the forwarder itself would never see.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
 */
function notReading({ stream }: Route, mapping: CfnEventSourceMapping): Calculated {
  return {
    expression: 'IF(FILL(incoming, 0) > 0 AND FILL(polled, 0) == 0, 1, 0)',
    of: {
      incoming: { metric: incomingRecords(stream), statistic: 'Sum' },
      polled: { metric: mappingMetric(mapping.ref, 'PolledEventCount'), statistic: 'Sum' },
    },
  };
}
