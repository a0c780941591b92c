import { bucketArn, functionFromArn, partitionOf } from '@xacct/core';
import type { DeployedFunction, DeployedMapping, OnFailure } from '../../assembly/deployed.ts';
import type { DeployedQueueMapping } from '../../assembly/deployed-queue-mapping.ts';
import type { MappingSettings } from '../../assembly/read-mapping.ts';

/** Epoch ms as Lambda writes the time of a function. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

/**
 * The configuration of a function as Lambda describes it. Of a function that no template deploys, only its name is known.
 * https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
export function describeFunction(arn: string, definition: DeployedFunction | undefined, deployedAt: number) {
  const { name, qualifier = '$LATEST' } = functionFromArn(arn);
  const common = {
    FunctionName: name,
    FunctionArn: arn,
    Version: qualifier,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LastModified: timeOf(deployedAt),
  };
  if (definition === undefined) return common;
  return {
    ...common,
    Role: definition.roleArn,
    Runtime: definition.runtime,
    Handler: definition.handler,
    MemorySize: definition.memoryMB,
    Timeout: definition.timeoutSeconds,
    Environment: { Variables: definition.environment },
    LoggingConfig: { LogGroup: definition.logGroup },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export function describeMapping(
  mapping: DeployedMapping | DeployedQueueMapping,
  lastResult: string,
  deployedAt: number,
) {
  return {
    ...describeSettings(mapping),
    ...('queueArn' in mapping ? describeOfQueue(mapping) : describeOfStream(mapping)),
    LastModified: deployedAt / 1000,
    LastProcessingResult: lastResult,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'User action',
  };
}

function describeSettings(mapping: MappingSettings) {
  return {
    UUID: mapping.id,
    FunctionArn: mapping.functionArn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchWindowSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(mapping.countsEvents && { MetricsConfig: { Metrics: ['EventCount'] } }),
  };
}

function describeOfQueue({ queueArn, maximumConcurrency: MaximumConcurrency }: DeployedQueueMapping) {
  return {
    EventSourceArn: queueArn,
    ...(MaximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency } }),
  };
}

function describeOfStream(mapping: DeployedMapping) {
  const { filters, onFailure, startingTimestamp } = mapping;
  return {
    EventSourceArn: mapping.eventSourceArn,
    StartingPosition: mapping.startingPosition,
    ...(startingTimestamp !== undefined && { StartingPositionTimestamp: startingTimestamp }),
    ParallelizationFactor: mapping.parallelizationFactor,
    MaximumRetryAttempts: mapping.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: mapping.maximumRecordAgeSeconds,
    BisectBatchOnFunctionError: mapping.bisectBatchOnFunctionError,
    DestinationConfig: {
      OnFailure: onFailure === undefined ? {} : { Destination: destinationOf(onFailure, mapping) },
    },
    ...(filters.length > 0 && {
      FilterCriteria: { Filters: filters.map((filter) => ({ Pattern: JSON.stringify(filter) })) },
    }),
  };
}

function destinationOf(onFailure: OnFailure, { region }: DeployedMapping): string {
  return onFailure.service === 'sqs'
    ? onFailure.queueArn
    : bucketArn({ partition: partitionOf(region) }, onFailure.bucket);
}
