import { type Forwarder, namesOf, permissionsBoundaryArn, type Routes } from '@xacct/core';
import type { Grant } from '@xacct/core/rollout';
import { HANDLER } from '@xacct/handler/bundle';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  CfnFunction,
  Code,
  CodeSigningConfig,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { createDashboard } from './dashboard.ts';
import { createExecutionPolicies } from './execution-policies.ts';
import { createForwarderAlarms } from './forwarder-alarms.ts';
import { tagsOf } from './tags.ts';

/** What a forwarder and its routes need in the source account. */
export interface ForwarderStackProps {
  /** The file, or the part of it that the forwarder reads. */
  routes: Routes;
  /** One of `routes.forwarders`. */
  forwarder: Forwarder;
  /** Folder of the handler's bundle, as `bundleHandler` writes it. */
  handlerFolder: string;
  /**
   * What its role may do besides, for routes that are still in use.
   *
   * @default nothing
   */
  also?: readonly Grant[];
  /**
   * Accounts in which it has, or had, roles to assume.
   *
   * @default none
   */
  accounts?: readonly { account: string; region: string }[];
}

/** In the source account: one function for all routes of a forwarder, and what it may do. */
export class ForwarderStack extends Stack {
  constructor(
    scope: Construct,
    { routes, forwarder, handlerFolder, also = [], accounts = [] }: ForwarderStackProps,
  ) {
    const { name, source } = routes;
    const names = namesOf(routes).forwarder(forwarder.name);
    const stackName = names.stack;
    super(scope, stackName, {
      stackName,
      env: { account: source.account, region: source.region },
      description: `${name}: the function that forwards the routes of forwarder "${forwarder.name}"`,
      tags: tagsOf({ name, forwarder: forwarder.name }, routes.tags),
      // It holds the failure bucket, and none of its routes runs without it.
      terminationProtection: true,
    });

    const encryptionKey =
      routes.encryptionKeyArn === undefined
        ? undefined
        : Key.fromKeyArn(this, 'EncryptionKey', routes.encryptionKeyArn);
    createFailureBucket(this, names.failureBucket, encryptionKey);
    const logGroup = new LogGroup(this, 'LogGroup', {
      logGroupName: names.logGroup,
      retention: forwarder.logRetentionDays,
      ...(encryptionKey !== undefined && { encryptionKey }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = createExecutionRole(this, routes, forwarder);
    const policies = createExecutionPolicies(this, { routes, forwarder, role, also, accounts });
    const forward = createFunction(this, { routes, forwarder, handlerFolder, role, logGroup });
    // A mapping made before the role may read its stream is refused, so the function waits for the policy.
    forward.node.addDependency(...policies);

    createForwarderAlarms(this, routes, forwarder);
    createDashboard(this, routes, forwarder);
  }
}

/** Holds what nothing else can: batches that a mapping has given up, and records that no message carries. */
function createFailureBucket(stack: Stack, bucketName: string, encryptionKey: IKey | undefined): void {
  new Bucket(stack, 'FailureBucket', {
    bucketName,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    ...(encryptionKey === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
    enforceSSL: true,
    lifecycleRules: [
      {
        expiration: Duration.days(FAILURE_RETENTION_DAYS),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      },
    ],
    // Kept, but for a first deployment that fails: the next attempt would find the name taken.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** The role has no path: the ARN of an assumed role omits it, and targets trust this role by its ARN. */
function createExecutionRole(stack: Stack, routes: Routes, forwarder: Forwarder): Role {
  const { name, source } = routes;
  const boundary = permissionsBoundaryArn(source, source.account);
  return new Role(stack, 'ExecutionRole', {
    roleName: namesOf(routes).forwarder(forwarder.name).executionRole,
    description: `${name}: reads the streams of forwarder "${forwarder.name}" and assumes their targets' roles`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    ...(boundary !== undefined && {
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(stack, 'PermissionsBoundary', boundary),
    }),
  });
}

interface FunctionProps extends Pick<ForwarderStackProps, 'routes' | 'forwarder' | 'handlerFolder'> {
  role: Role;
  logGroup: LogGroup;
}

function createFunction(
  stack: Stack,
  { routes, forwarder, handlerFolder, role, logGroup }: FunctionProps,
): LambdaFunction {
  const { name } = routes;
  const names = namesOf(routes).forwarder(forwarder.name);
  const forward = new LambdaFunction(stack, 'Function', {
    functionName: names.function,
    description: `${name}: forwards the routes of forwarder "${forwarder.name}"`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(handlerFolder),
    handler: HANDLER,
    // By its ARN, to which the CDK adds neither policies nor a `DependsOn` besides the reference.
    role: Role.fromRoleArn(stack, 'FunctionRole', role.roleArn, { mutable: false }),
    logGroup,
    memorySize: forwarder.memoryMB,
    timeout: Duration.seconds(forwarder.timeoutSeconds),
    ...(forwarder.reservedConcurrency !== undefined && {
      reservedConcurrentExecutions: forwarder.reservedConcurrency,
    }),
    tracing: forwarder.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    ...(forwarder.codeSigningConfigArn !== undefined && {
      codeSigningConfig: CodeSigningConfig.fromCodeSigningConfigArn(
        stack,
        'CodeSigning',
        forwarder.codeSigningConfigArn,
      ),
    }),
    // Records that are sent again go from the function through the retry queue to the same function. Lambda stops such a
    // chain after about 16 rounds; the handler ends it by itself, by its time and by the number of its messages.
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    recursiveLoop: RecursiveLoop.ALLOW,
    environment: {
      XACCT_PARAMETER_PREFIX: names.parameterPrefix,
      // The young generation of V8, which is mostly JSON of batches here, takes 45 MB less at its peak (docs/performance.md).
      NODE_OPTIONS: '--max-semi-space-size=8',
      XACCT_FAILURE_BUCKET: names.failureBucket,
      // Only what differs from the handler's own defaults.
      ...(forwarder.metrics !== 'target' && { XACCT_METRICS: forwarder.metrics }),
      ...(forwarder.logLevel !== 'info' && { XACCT_LOG_LEVEL: forwarder.logLevel }),
    },
  });
  putIntoVpc(forward, forwarder);
  return forward;
}

/** By IDs: the CDK's own way asks for a VPC that it can look up, and gives the role more than it needs. */
function putIntoVpc({ node: { defaultChild } }: LambdaFunction, { vpc }: Forwarder): void {
  if (vpc === undefined || !(defaultChild instanceof CfnFunction)) return;
  defaultChild.vpcConfig = { subnetIds: [...vpc.subnets], securityGroupIds: [...vpc.securityGroups] };
}

/** Time enough to fix a target and send again what it lacks, well beyond the 14 days of the queues. */
const FAILURE_RETENTION_DAYS = 90;
