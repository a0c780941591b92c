import type { ServiceFailures } from '../endpoint/service.ts';
import { cloudformation } from '../services/cloudformation/cloudformation.ts';
import { cloudwatch } from '../services/cloudwatch/cloudwatch.ts';
import { dynamodbStreams } from '../services/dynamodb-streams/dynamodb-streams.ts';
import { kinesis } from '../services/kinesis/kinesis.ts';
import { lambda } from '../services/lambda/lambda.ts';
import { cloudwatchLogs } from '../services/logs/cloudwatch-logs.ts';
import { s3 } from '../services/s3/s3.ts';
import { sqs } from '../services/sqs/sqs.ts';
import { ssm } from '../services/ssm/ssm.ts';
import { sts } from '../services/sts/sts.ts';

/** What the faults file may name of a service. */
export interface KnownService extends ServiceFailures {
  operations: readonly string[];
}

/** The services that faults can be made for: those that forward records. */
const failing = [kinesis, lambda, s3, sqs, ssm, sts] as const;

/** All services of the local AWS. */
export const services = [cloudformation, cloudwatch, cloudwatchLogs, dynamodbStreams, ...failing] as const;

export type ServiceName = (typeof failing)[number]['name'];

/** The services that faults can be made for, as their tables of operations and errors define them. */
export const knownServices: ReadonlyMap<string, KnownService> = new Map(
  failing.map(({ name, operations, failures }) => {
    if (failures === undefined) throw new Error(`Service ${name} defines no failures`);
    return [name, { operations: Object.keys(operations).sort(), ...failures }];
  }),
);

export const serviceNames: readonly ServiceName[] = failing.map(({ name }) => name);
