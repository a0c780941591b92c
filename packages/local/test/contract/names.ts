import { functionArn, queueUrl, roleArn, streamArn } from '@xacct/core';
import type { Scenario, World } from './aws.ts';

export const EXTERNAL_ID = 'xacct-contract';
/** More than one page of GetParametersByPath. */
export const PARAMETERS = 12;
/** When the stream of each table began: its label. */
const LABEL = '2026-01-15T12:00:00.000';

export const functionName = ({ prefix }: World, throttled = false) =>
  `${prefix}-${throttled ? 'throttled' : 'reader'}`;
export const functionArnOf = (world: World, name = functionName(world)) =>
  functionArn({ partition: 'aws', region: world.region, account: world.source }, name);
export const targetFunctionArn = (world: World, name = 'target') =>
  functionArn({ partition: 'aws', region: world.region, account: world.target }, `${world.prefix}-${name}`);
export const callerRoleArn = (world: World) =>
  roleArn({ partition: 'aws' }, world.source, `${world.prefix}-caller`);
export const targetRoleArn = (world: World) =>
  roleArn({ partition: 'aws' }, world.target, `${world.prefix}-target`);
export const parameterPath = ({ prefix }: World) => `/${prefix}/values`;
/**
 * What the function got, failed batches of streams, messages for the function, those that it did not take, messages that
 * functions send themselves again, and messages that nobody takes.
 */
export type QueueId = 'seen' | 'failures' | 'work' | 'dead' | 'loop' | 'allowed' | 'idle';
/** Not less than the function's timeout. */
export const HIDDEN_SECONDS = 20;

export const queueName = ({ prefix }: World, name: QueueId) => `${prefix}-${name}`;
export const bucketName = ({ prefix, source }: World) => `${prefix}-failures-${source}`;

export function queueUrlOf(world: World, name: QueueId, account = world.source): string {
  return queueUrl({ partition: 'aws', account, region: world.region }, queueName(world, name));
}

export function queueArnOf(world: World, name: QueueId): string {
  return `arn:aws:sqs:${world.region}:${world.source}:${queueName(world, name)}`;
}

export function streamArnOf(world: World, { id, stream }: Scenario): string {
  const { region, source: account, prefix } = world;
  return stream === 'table'
    ? `arn:aws:dynamodb:${region}:${account}:table/${prefix}-${id}/stream/${LABEL}`
    : streamArn({ partition: 'aws', region, account }, `${prefix}-${id}`);
}
