import { limits, streamFromArn } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import { checkMetricsConfig } from './check-metrics-config.ts';
import type { DeployedMapping, OnFailure } from './deployed.ts';
import type { Properties } from './properties.ts';
import { readFilters } from './read-filters.ts';
import type { Resource } from './read-template.ts';

/** An event source mapping that reads a stream. */
export function readStreamMapping(
  { logicalId, stack, where }: Resource,
  properties: Properties,
): DeployedMapping {
  const eventSourceArn = properties.text('EventSourceArn');
  const stream = streamFromArn(eventSourceArn);
  if (stream === undefined) throw new NotSupportedError(`the event source ${eventSourceArn}`, where);
  const isTable = stream.service === 'dynamodb';
  if (properties.raw('ScalingConfig') !== undefined)
    throw new NotSupportedError('ScalingConfig of the event source mapping of a stream', where);
  checkMetricsConfig(properties, where);
  const range = limits.eventSourceMapping;
  return {
    id: `${stack.name}-${logicalId}`,
    account: stack.account,
    region: stack.region,
    functionArn: properties.text('FunctionName'),
    eventSourceArn,
    streamArn: stream.arn,
    enabled: properties.boolean('Enabled', true),
    ...readStart(properties, isTable, where),
    filters: readFilters(properties, stream.service, where),
    batchSize: properties.integer('BatchSize', { fallback: 100, least: 1, most: range.batchSize }),
    batchWindowSeconds: properties.integer('MaximumBatchingWindowInSeconds', {
      fallback: 0,
      least: 0,
      most: range.batchWindowSeconds,
    }),
    parallelizationFactor: properties.integer('ParallelizationFactor', {
      fallback: 1,
      least: 1,
      most: range.parallelizationFactor,
    }),
    maximumRetryAttempts: properties.integer('MaximumRetryAttempts', {
      fallback: -1,
      least: -1,
      most: range.maximumRetryAttempts,
    }),
    maximumRecordAgeSeconds: readAge(properties, where),
    bisectBatchOnFunctionError: properties.boolean('BisectBatchOnFunctionError', false),
    reportBatchItemFailures: properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    onFailure: readOnFailure(properties, where),
  };
}

function readStart(
  properties: Properties,
  isTable: boolean,
  where: string,
): Pick<DeployedMapping, 'startingPosition' | 'startingTimestamp'> {
  const startingPosition = properties.text('StartingPosition');
  const hasTimestamp = properties.raw('StartingPositionTimestamp') !== undefined;
  if (startingPosition === 'AT_TIMESTAMP' && !isTable)
    return { startingPosition, startingTimestamp: properties.number('StartingPositionTimestamp') };
  if (hasTimestamp)
    throw new NotSupportedError(`StartingPositionTimestamp with StartingPosition ${startingPosition}`, where);
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST')
    throw new NotSupportedError(
      `StartingPosition ${startingPosition} of a ${isTable ? 'DynamoDB' : 'Kinesis'} stream`,
      where,
    );
  return { startingPosition, startingTimestamp: undefined };
}

/** -1, or 60 seconds and more: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
function readAge(properties: Properties, where: string): number {
  const seconds = properties.integer('MaximumRecordAgeInSeconds', {
    fallback: -1,
    least: -1,
    most: limits.eventSourceMapping.maximumRecordAgeSeconds,
  });
  if (seconds !== -1 && seconds < 60)
    throw new NotSupportedError(`MaximumRecordAgeInSeconds ${seconds}: it wants -1, or at least 60`, where);
  return seconds;
}

function readOnFailure(properties: Properties, where: string): OnFailure | undefined {
  const destination = properties
    .object('DestinationConfig', ['OnFailure'])
    .object('OnFailure', ['Destination'])
    .raw('Destination');
  if (destination === undefined) return undefined;
  const arn = String(destination);
  const bucket = /^arn:[^:]+:s3:::([^/]+)$/.exec(arn)?.[1];
  if (bucket !== undefined) return { service: 's3', bucket };
  if (/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w-]+$/.test(arn)) return { service: 'sqs', queueArn: arn };
  throw new NotSupportedError(`the on-failure destination ${arn}`, where);
}
