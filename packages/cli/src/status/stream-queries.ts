import { type Named, namesOf, type Route } from '@xacct/core';
import type { Query } from './read-metrics.ts';

/** Records that producers put into a route's stream; undefined for a table's, which nobody counts. */
export function incomingQuery({ stream }: Pick<Route, 'stream'>): Query | undefined {
  if (stream.service === 'dynamodb') return undefined;
  return {
    namespace: 'AWS/Kinesis',
    metricName: 'IncomingRecords',
    dimensions: { StreamName: stream.name },
    statistic: 'Sum',
  };
}

/** How far behind a route is, in ms, by the most exact metric that there is, which is also that of its alarm. */
export function readDelayQuery(
  routes: Named,
  {
    name,
    forwarder,
    stream,
    enhancedFanOut,
  }: Pick<Route, 'name' | 'forwarder' | 'stream' | 'enhancedFanOut'>,
): Query {
  if (stream.service === 'dynamodb')
    return {
      namespace: 'AWS/Lambda',
      metricName: 'IteratorAge',
      dimensions: { FunctionName: namesOf(routes).forwarder(forwarder).function },
      statistic: 'Maximum',
    };
  const StreamName = stream.name;
  return {
    namespace: 'AWS/Kinesis',
    metricName: enhancedFanOut
      ? 'SubscribeToShardEvent.MillisBehindLatest'
      : 'GetRecords.IteratorAgeMilliseconds',
    dimensions: enhancedFanOut
      ? { StreamName, ConsumerName: namesOf(routes).route(name).consumer }
      : { StreamName },
    statistic: 'Maximum',
  };
}

/** Seconds for which the oldest message is in a queue. */
export function oldestMessageQuery(queue: string): Query {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateAgeOfOldestMessage',
    dimensions: { QueueName: queue },
    statistic: 'Maximum',
  };
}
