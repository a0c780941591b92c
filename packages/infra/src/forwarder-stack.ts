import {
  encodeRoute,
  executionRoleName,
  type Forwarder,
  failureBucketName,
  forwarderFunctionName,
  forwarderStackName,
  logGroupName,
  parameterArn,
  parameterName,
  parameterPartName,
  parameterPrefix,
  type Route,
  type Routes,
} from '@xacct/core';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { HANDLER } from './handler-bundle.ts';

export interface ForwarderStackProps {
  routes: Routes;
  forwarder: Forwarder;
  /** Folder of the handler's bundle. */
  handlerFolder: string;
}

/** In the source account: one function for all routes of a forwarder, and what it may do. */
export class ForwarderStack extends Stack {
  constructor(scope: Construct, { routes, forwarder, handlerFolder }: ForwarderStackProps) {
    const { name, source } = routes;
    super(scope, forwarderStackName(name, forwarder.name), {
      env: { account: source.account, region: source.region },
      description: `${name}: the function that forwards the routes of forwarder "${forwarder.name}"`,
    });
    const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);

    const failureBucket = new Bucket(this, 'FailureBucket', {
      bucketName: failureBucketName(name, forwarder.name, source),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const logGroup = new LogGroup(this, 'LogGroup', {
      logGroupName: logGroupName(name, forwarder.name),
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    // No path: the ARN of an assumed role drops it, and targets trust this role by its ARN.
    const role = new Role(this, 'ExecutionRole', {
      roleName: executionRoleName(name, forwarder.name),
      description: `${name}: reads the streams of forwarder "${forwarder.name}" and assumes their targets' roles`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const statements = [
      allow('AssumeRoutedRoles', ['sts:AssumeRole'], rolesOf(routed)),
      ...readRoutes(routes, forwarder, routed),
      allow(
        'ReadStreams',
        [
          'kinesis:DescribeStream',
          'kinesis:DescribeStreamSummary',
          'kinesis:GetRecords',
          'kinesis:GetShardIterator',
          'kinesis:ListShards',
        ],
        routed.map((route) => route.stream.arn),
      ),
      allow('KeepFailedBatches', ['s3:PutObject'], [failureBucket.arnForObjects('*')]),
      allow('FindFailureBucket', ['s3:ListBucket'], [failureBucket.bucketArn]),
      allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
    ];
    for (const statement of statements) role.addToPrincipalPolicy(statement);

    const forward = new LambdaFunction(this, 'Function', {
      functionName: forwarderFunctionName(name, forwarder.name),
      description: `${name}: forwards the routes of forwarder "${forwarder.name}"`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(handlerFolder),
      handler: HANDLER,
      role: role.withoutPolicyUpdates(),
      logGroup,
      memorySize: forwarder.memoryMB,
      timeout: Duration.seconds(forwarder.timeoutSeconds),
      environment: { XACCT_PARAMETER_PREFIX: parameterPrefix(name, forwarder.name) },
    });
    // A mapping made before the role may read its stream is refused, so the function waits for the policy.
    forward.node.addDependency(role);
  }
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
