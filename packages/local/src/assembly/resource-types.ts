import { bucketArn, functionArn, type Place, queueArn, queueUrl, roleArn, writeArn } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';

/** A resource type that the local AWS supports: its supported properties, and the values of references to a resource. */
export interface ResourceType {
  properties: readonly string[];
  /** The physical name, where the template gives one. */
  nameProperty?: string;
  /** The value of `Ref`, where it is not the physical name. */
  ref?: (place: Place, name: string) => string;
  attributes?: Readonly<
    Record<string, (place: Place, name: string, properties: Readonly<Record<string, unknown>>) => string>
  >;
}

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::CloudWatch::Alarm': {
    properties: [
      'AlarmActions',
      'AlarmDescription',
      'AlarmName',
      'ComparisonOperator',
      'Dimensions',
      'DatapointsToAlarm',
      'EvaluationPeriods',
      'MetricName',
      'Metrics',
      'Namespace',
      'OKActions',
      'Period',
      'Statistic',
      'Threshold',
      'TreatMissingData',
    ],
    nameProperty: 'AlarmName',
  },
  'AWS::CloudWatch::Dashboard': {
    properties: ['DashboardBody', 'DashboardName'],
    nameProperty: 'DashboardName',
  },
  'AWS::IAM::Role': {
    properties: [
      'AssumeRolePolicyDocument',
      'Description',
      'MaxSessionDuration',
      // A policy that the account has, and no template: taken to allow everything (docs/local-aws.md).
      'PermissionsBoundary',
      'Path',
      'Policies',
      'RoleName',
      'Tags',
    ],
    nameProperty: 'RoleName',
    attributes: {
      Arn: (place, name, { Path = '/' }) => roleArn(place, place.account, name, String(Path)),
    },
  },
  'AWS::IAM::Policy': { properties: ['PolicyDocument', 'PolicyName', 'Roles'], nameProperty: 'PolicyName' },
  'AWS::IAM::ManagedPolicy': {
    properties: ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
  },
  'AWS::Kinesis::StreamConsumer': {
    properties: ['ConsumerName', 'StreamARN', 'Tags'],
    nameProperty: 'ConsumerName',
    attributes: { ConsumerARN: consumerArn, ConsumerName: (_, name) => name },
  },
  'AWS::Lambda::Function': {
    properties: [
      'Architectures',
      'Code',
      // Nothing here checks signatures, and there are no networks.
      'CodeSigningConfigArn',
      'Description',
      'Environment',
      'FunctionName',
      'Handler',
      'LoggingConfig',
      'MemorySize',
      'RecursiveLoop',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
      'TracingConfig',
      'VpcConfig',
    ],
    nameProperty: 'FunctionName',
    attributes: { Arn: functionArn },
  },
  'AWS::Lambda::EventSourceMapping': {
    properties: [
      'BatchSize',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
      'Enabled',
      'EventSourceArn',
      'FilterCriteria',
      'FunctionName',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
      'MaximumRecordAgeInSeconds',
      'MaximumRetryAttempts',
      'MetricsConfig',
      'ParallelizationFactor',
      'ScalingConfig',
      'StartingPosition',
      'StartingPositionTimestamp',
    ],
  },
  'AWS::Logs::LogGroup': {
    // There are no logs to encrypt here.
    properties: ['KmsKeyId', 'LogGroupName', 'RetentionInDays'],
    nameProperty: 'LogGroupName',
    attributes: { Arn: (place, name) => writeArn('logs', place, `log-group:${name}:*`) },
  },
  'AWS::S3::Bucket': {
    // Nothing here lives long enough for a lifecycle.
    properties: [
      'BucketEncryption',
      'BucketName',
      'LifecycleConfiguration',
      'PublicAccessBlockConfiguration',
    ],
    nameProperty: 'BucketName',
    attributes: { Arn: bucketArn },
  },
  'AWS::S3::BucketPolicy': { properties: ['Bucket', 'PolicyDocument'] },
  'AWS::SQS::Queue': {
    properties: [
      'DelaySeconds',
      'KmsMasterKeyId',
      'MaximumMessageSize',
      'MessageRetentionPeriod',
      'QueueName',
      'ReceiveMessageWaitTimeSeconds',
      'RedriveAllowPolicy',
      'RedrivePolicy',
      'SqsManagedSseEnabled',
      'Tags',
      'VisibilityTimeout',
    ],
    nameProperty: 'QueueName',
    ref: queueUrl,
    attributes: { Arn: queueArn, QueueName: (_, name) => name, QueueUrl: queueUrl },
  },
  'AWS::SQS::QueuePolicy': { properties: ['PolicyDocument', 'Queues'] },
  'AWS::SSM::Parameter': {
    properties: ['Description', 'Name', 'Type', 'Value'],
    nameProperty: 'Name',
  },
};

/** In AWS it ends in the time of the registration, in epoch seconds. */
function consumerArn(_: Place, name: string, { StreamARN }: Readonly<Record<string, unknown>>): string {
  if (typeof StreamARN !== 'string')
    throw new NotSupportedError('a StreamARN that is not written out', `stream consumer ${name}`);
  return `${StreamARN}/consumer/${name}:1`;
}
