import type { Operation, ServiceDefinition } from '../src/endpoint/service.ts';
import { cloudformation } from '../src/services/cloudformation/cloudformation.ts';
import { cloudwatch } from '../src/services/cloudwatch/cloudwatch.ts';
import { dynamodbStreams } from '../src/services/dynamodb-streams/dynamodb-streams.ts';
import { kinesis } from '../src/services/kinesis/kinesis.ts';
import { lambda } from '../src/services/lambda/lambda.ts';
import { cloudwatchLogs } from '../src/services/logs/cloudwatch-logs.ts';
import { s3 } from '../src/services/s3/s3.ts';
import { sqs } from '../src/services/sqs/sqs.ts';
import { ssm } from '../src/services/ssm/ssm.ts';
import { sts } from '../src/services/sts/sts.ts';

export type ListedService = Pick<ServiceDefinition<string, never>, 'name' | 'failures'> & {
  operations: Readonly<Record<string, Pick<Operation<never>, 'action' | 'input'>>>;
};

/** All services, as their tables of operations define them. */
export const services: readonly ListedService[] = [
  cloudformation,
  dynamodbStreams,
  kinesis,
  lambda,
  cloudwatchLogs,
  cloudwatch,
  s3,
  sqs,
  ssm,
  sts,
];
