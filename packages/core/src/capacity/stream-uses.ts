import * as limits from '../limits/aws-limits.ts';
import type { Route, Routes } from '../model/routes.ts';
import type { Use } from './limited.ts';

/** An event source mapping reads each shard once a second. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
const READS_PER_SECOND = 1;

/** What the mappings of this file take of each stream; those of others are not known here. */
export function streamUses({ routes }: Routes): Use[] {
  const byStream = Map.groupBy(routes, ({ stream }) => stream.arn);
  return [...Array.from(byStream.values(), usesOfStream).flat(), ...routes.map(filters)];
}

function usesOfStream(routes: Route[]): Use[] {
  const stream = routes[0]?.stream;
  if (stream === undefined) return [];
  if (stream.service === 'dynamodb') {
    return [
      {
        limit: 'table-stream-readers',
        where: `table ${stream.name}`,
        used: routes.length,
        allowed: limits.dynamodb.readersPerShard,
      },
    ];
  }
  const where = `stream ${stream.name}`;
  const consumers = routes.filter(({ enhancedFanOut }) => enhancedFanOut).length;
  const readers = routes.length - consumers;
  const { readsPerSecond, readMiBPerSecond, writeMiBPerSecond } = limits.kinesis;
  return [
    { limit: 'shard-reads', where, used: readers * READS_PER_SECOND, allowed: readsPerSecond },
    { limit: 'shard-throughput', where, used: readers * writeMiBPerSecond, allowed: readMiBPerSecond },
    { limit: 'consumers', where, used: consumers, allowed: limits.kinesis.consumers },
  ];
}

function filters({ name, filters }: Route): Use {
  return {
    limit: 'filters',
    where: `route ${name}`,
    used: filters.length,
    allowed: limits.eventSourceMapping.filtersByDefault,
  };
}
