import { functionFromArn, streamFromArn } from '@xacct/core';
import type { PropertyChange, ResourceChange } from './compare-resources.ts';

/** The names of a mapping's properties in a routes file. */
const OPTIONS: Readonly<Record<string, string>> = {
  BatchSize: 'batchSize',
  MaximumBatchingWindowInSeconds: 'batchWindowSeconds',
  ParallelizationFactor: 'parallelizationFactor',
  MaximumRetryAttempts: 'maximumRetryAttempts',
  MaximumRecordAgeInSeconds: 'maximumRecordAgeSeconds',
  FilterCriteria: 'filters',
  StartingPosition: 'startingPosition',
  StartingPositionTimestamp: 'startingTimestamp',
  Enabled: 'enabled',
  FunctionName: 'forwarder',
  EventSourceArn: 'stream',
  DestinationConfig: 'failure bucket',
};

/** What happens to a mapping that is in both templates. */
export function describeMapping({ change, properties, after }: ResourceChange): string {
  if (change !== 'replace') return `${properties.map(describe).join(', ')} (mapping updated in place)`;
  const source = properties.find(({ property }) => property === 'EventSourceArn');
  const changes = properties
    .filter(({ property }) => !/^(EventSourceArn|StartingPosition)/.test(property) || source === undefined)
    .map(describe);
  // A new mapping is made before the old one is deleted, and a function has one mapping a stream.
  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  if (source === undefined) {
    return `${changes.join(', ')} asks for a second event source mapping of the same stream, which Lambda refuses. It counts only when a mapping is made: put it back as it was`;
  }
  const { StartingPosition, StartingPositionTimestamp: seconds } = after?.Properties ?? {};
  const start =
    typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : String(StartingPosition);
  const others = changes.length === 0 ? '' : `; also ${changes.join(', ')}`;
  return `${otherSource(source)} replaces its event source mapping: the new one starts at ${start}, whatever the old one has read${others}`;
}

function otherSource({ before, after }: PropertyChange): string {
  const [from, to] = [before, after].map((arn) => (typeof arn === 'string' ? streamFromArn(arn) : undefined));
  if (from !== undefined && to !== undefined) {
    return from.name === to.name
      ? `another stream of the name ${to.name}`
      : `another stream, ${from.name} → ${to.name},`;
  }
  if (from === undefined && to === undefined) return 'another consumer';
  return `enhancedFanOut ${from === undefined} → ${to === undefined}`;
}

function describe({ property, before, after }: PropertyChange): string {
  const option = OPTIONS[property] ?? property;
  if (property === 'FunctionName') return `${option} ${functionName(before)} → ${functionName(after)}`;
  if (typeof before === 'object' || typeof after === 'object') return `${option} changed`;
  return `${option} ${String(before)} → ${String(after)}`;
}

function functionName(arn: unknown): string {
  return functionFromArn(String(arn)).qualifiedName;
}
