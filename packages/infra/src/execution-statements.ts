import {
  encodeRoute,
  type Forwarder,
  parameterArn,
  parameterName,
  parameterPartName,
  parameterPrefix,
  type Route,
  type Routes,
} from '@xacct/core';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';

export interface ExecutionScope {
  routes: Routes;
  forwarder: Forwarder;
  failureBucket: Bucket;
  logGroup: LogGroup;
}

/** All that a forwarder's execution role may do: what its own routes ask for, by name. */
export function executionStatements({
  routes,
  forwarder,
  failureBucket,
  logGroup,
}: ExecutionScope): PolicyStatement[] {
  const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);
  return [
    allow('AssumeRoutedRoles', ['sts:AssumeRole'], rolesOf(routed)),
    ...readRoutes(routes, forwarder, routed),
    ...readStreams(routes, routed),
    allow('KeepFailedBatches', ['s3:PutObject'], [failureBucket.arnForObjects('*')]),
    allow('FindFailureBucket', ['s3:ListBucket'], [failureBucket.bucketArn]),
    ...(forwarder.tracing ? [allow('WriteTraces', TRACE_ACTIONS, ['*'])] : []),
    allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
  ];
}

/** Resources are sorted, so that the order of routes in the file changes nothing. */
function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources: resources.toSorted() });
}

function rolesOf(routed: Route[]): string[] {
  return [...new Set(routed.flatMap((route) => route.targets.map((target) => target.roleArn)))];
}

/** A route is read by its first parameter's name; further parts, where there are any, by GetParameters. */
function readRoutes({ name, source }: Routes, forwarder: Forwarder, routed: Route[]): PolicyStatement[] {
  const prefix = parameterPrefix(name, forwarder.name);
  const parameters = routed.map((route) => ({
    first: parameterName(prefix, route.stream),
    parts: encodeRoute(route).length,
  }));
  const first = parameters.map((parameter) => parameterArn(source, parameter.first));
  const further = parameters.flatMap((parameter) =>
    Array.from({ length: parameter.parts - 1 }, (_, index) =>
      parameterArn(source, parameterPartName(parameter.first, index + 1)),
    ),
  );
  const statements = [allow('ReadRoutes', ['ssm:GetParameter'], first)];
  if (further.length > 0) statements.push(allow('ReadRouteParts', ['ssm:GetParameters'], further));
  return statements;
}

/** X-Ray knows no resources: its documentation asks for `*`. */
const TRACE_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

const KINESIS_ACTIONS = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
const DYNAMODB_ACTIONS = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

/** What the event source mappings do with the execution role. */
function readStreams({ source }: Routes, routed: readonly Route[]): PolicyStatement[] {
  const kinesis = routed.filter(({ stream }) => stream.service === 'kinesis');
  const tables = routed.filter(({ stream }) => stream.service === 'dynamodb');
  const consumed = kinesis.filter(({ enhancedFanOut }) => enhancedFanOut);
  const keys = [...new Set(routed.map(({ kmsKeyArn }) => kmsKeyArn).filter((arn) => arn !== undefined))];
  const arnsOf = (routes: readonly Route[]) => routes.map(({ stream }) => stream.arn);
  const statements: PolicyStatement[] = [];
  if (kinesis.length > 0) statements.push(allow('ReadStreams', KINESIS_ACTIONS, arnsOf(kinesis)));
  if (tables.length > 0) {
    statements.push(allow('ReadTableStreams', DYNAMODB_ACTIONS, arnsOf(tables)));
    // A listing, which names no resource.
    statements.push(allow('ListTableStreams', ['dynamodb:ListStreams'], ['*']));
  }
  if (consumed.length > 0) {
    // The ARN of a consumer ends in the time of its registration.
    const consumers = arnsOf(consumed).map((arn) => `${arn}/consumer/*`);
    statements.push(
      allow('SubscribeAsConsumer', ['kinesis:SubscribeToShard', 'kinesis:DescribeStreamConsumer'], consumers),
    );
  }
  if (keys.length > 0) {
    const decrypt = allow('DecryptStreams', ['kms:Decrypt'], keys);
    decrypt.addCondition('StringEquals', { 'kms:ViaService': `kinesis.${source.region}.amazonaws.com` });
    statements.push(decrypt);
  }
  return statements;
}
