import { limits, streamFromArn } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { DeployedMapping, OnFailure } from './deployed.ts';
import type { TypedResource } from './properties.ts';
import { readFilters } from './read-filters.ts';
import { readMapping } from './read-mapping.ts';

/** An event source mapping that reads a stream. */
export function readStreamMapping(resource: TypedResource): DeployedMapping {
  const { stack, where, properties } = resource;
  const eventSourceArn = properties.text('EventSourceArn');
  const stream = streamFromArn(eventSourceArn);
  if (stream === undefined) throw new NotSupportedError(`the event source ${eventSourceArn}`, where);
  const isTable = stream.service === 'dynamodb';
  if (properties.raw('ScalingConfig') !== undefined)
    throw new NotSupportedError('ScalingConfig of the event source mapping of a stream', where);
  const range = limits.eventSourceMapping;
  return {
    ...readMapping(resource, 100),
    account: stack.account,
    region: stack.region,
    eventSourceArn,
    streamArn: stream.arn,
    ...readStart(resource, isTable),
    filters: readFilters(resource, stream.service),
    parallelizationFactor: properties.integer('ParallelizationFactor', [1, range.parallelizationFactor], 1),
    maximumRetryAttempts: properties.integer('MaximumRetryAttempts', [-1, range.maximumRetryAttempts], -1),
    maximumRecordAgeSeconds: readAge(resource),
    bisectBatchOnFunctionError: properties.boolean('BisectBatchOnFunctionError', false),
    onFailure: readOnFailure(resource),
  };
}

function readStart(
  { properties, where }: TypedResource,
  isTable: boolean,
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
function readAge({ properties, where }: TypedResource): number {
  const { maximumRecordAgeSeconds } = limits.eventSourceMapping;
  const seconds = properties.integer('MaximumRecordAgeInSeconds', [-1, maximumRecordAgeSeconds], -1);
  if (seconds !== -1 && seconds < 60)
    throw new NotSupportedError(`MaximumRecordAgeInSeconds ${seconds}: it wants -1, or at least 60`, where);
  return seconds;
}

function readOnFailure({ properties, where }: TypedResource): OnFailure | undefined {
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
