import { limits, metrics, type Named, namesOf, type Route } from '@xacct/core';

/** A metric of CloudWatch, as alarms and dashboards name it. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, string>>;
}

/** What the handler itself counts for a route, all its targets together. */
export function routeMetric(
  routes: Named,
  route: Pick<Route, 'name' | 'forwarder'>,
  metric: keyof typeof metrics.ofTarget,
): Metric {
  const { forwarder, route: routeDimension } = metrics.dimensions;
  return {
    namespace: metrics.namespace,
    metricName: metrics.ofTarget[metric],
    dimensions: {
      [forwarder]: namesOf(routes).forwarder(route.forwarder).function,
      [routeDimension]: route.name,
    },
  };
}

/** What the handler itself counts for all routes of a forwarder. */
export function forwarderMetric(
  routes: Named,
  forwarder: string,
  metric: keyof typeof metrics.ofForwarder,
): Metric {
  return {
    namespace: metrics.namespace,
    metricName: metrics.ofForwarder[metric],
    dimensions: { [metrics.dimensions.forwarder]: namesOf(routes).forwarder(forwarder).function },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function functionMetric(
  routes: Named,
  forwarder: string,
  metricName: 'Errors' | 'Throttles' | 'IteratorAge' | 'DestinationDeliveryFailures',
): Metric {
  return {
    namespace: 'AWS/Lambda',
    metricName,
    dimensions: { FunctionName: namesOf(routes).forwarder(forwarder).function },
  };
}

/**
 * What Lambda counts of a mapping that has `EventCount` among its metrics: records that it has given up and put into its
 * on-failure destination, records that it has given up and lost, and all that it has read. What a stream itself no longer keeps
 * is in none of them.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
 *
 * @param uuid of the mapping
 */
export function mappingMetric(
  uuid: string,
  metricName: 'OnFailureDestinationDeliveredEventCount' | 'DroppedEventCount' | 'PolledEventCount',
): Metric {
  return { namespace: 'AWS/Lambda', metricName, dimensions: { EventSourceMappingUUID: uuid } };
}

/** What producers put into a Kinesis stream. https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
export function incomingRecords({ name }: Route['stream']): Metric {
  return { namespace: 'AWS/Kinesis', metricName: 'IncomingRecords', dimensions: { StreamName: name } };
}

/**
 * How long the oldest message of a queue is in it, in seconds, its delay included.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function oldestMessage(queue: string): Metric {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateAgeOfOldestMessage',
    dimensions: { QueueName: queue },
  };
}

/**
 * How far behind a route is, in milliseconds, by the most exact metric that there is: of its own consumer; of all that
 * read the stream without one; for a DynamoDB stream, which has no such metric, of all streams of the forwarder.
 * https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 */
export function iteratorAge(routes: Named, route: Route): Metric {
  const { stream, enhancedFanOut } = route;
  if (stream.service === 'dynamodb') return functionMetric(routes, route.forwarder, 'IteratorAge');
  const dimensions = { StreamName: stream.name };
  return enhancedFanOut
    ? {
        namespace: 'AWS/Kinesis',
        metricName: 'SubscribeToShardEvent.MillisBehindLatest',
        dimensions: { ...dimensions, ConsumerName: namesOf(routes).route(route.name).consumer },
      }
    : { namespace: 'AWS/Kinesis', metricName: 'GetRecords.IteratorAgeMilliseconds', dimensions };
}

/**
 * Half of the time in which a record of the route can still be forwarded: the mapping's maximum record age, or the
 * 24 hours for which every stream keeps its records, where that is less. A longer retention is not known here.
 */
export function iteratorAgeThresholdMs({ maximumRecordAgeSeconds }: Route): number {
  const { retentionSeconds } = limits.kinesis;
  const seconds =
    maximumRecordAgeSeconds === -1 ? retentionSeconds : Math.min(maximumRecordAgeSeconds, retentionSeconds);
  return (seconds / 2) * 1_000;
}
