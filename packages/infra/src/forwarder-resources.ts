import { type Forwarder, namesOf, permissionsBoundaryArn, type Routes } from '@xacct/core';
import type { Grant } from '@xacct/core/rollout';
import { HANDLER } from '@xacct/handler/bundle';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
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
import { writeDashboard } from './dashboard.ts';
import { writeExecutionPolicies } from './execution-policies.ts';
import { writeForwarderAlarms } from './forwarder-alarms.ts';

/** What a forwarder and its routes need in the source account. */
export interface ForwarderResourcesProps {
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

export interface ForwarderResources {
  function: LambdaFunction;
  role: Role;
  failureBucket: Bucket;
  logGroup: LogGroup;
  alarms: readonly CfnAlarm[];
  /** Brings what depends on the routes up to date: the policies of the role, the alarms and the dashboard. */
  update(changed: Pick<ForwarderResourcesProps, 'routes' | 'accounts'>): void;
}

/** Makes one function for all routes of a forwarder, and what it may do. */
export function createForwarderResources(
  scope: Construct,
  { routes, forwarder, handlerFolder, also = [], accounts = [] }: ForwarderResourcesProps,
): ForwarderResources {
  const names = namesOf(routes).forwarder(forwarder.name);
  const encryptionKey =
    routes.encryptionKeyArn === undefined
      ? undefined
      : Key.fromKeyArn(scope, 'EncryptionKey', routes.encryptionKeyArn);
  const failureBucket = createFailureBucket(scope, names.failureBucket, encryptionKey);
  const logGroup = new LogGroup(scope, 'LogGroup', {
    logGroupName: names.logGroup,
    retention: forwarder.logRetentionDays,
    ...(encryptionKey !== undefined && { encryptionKey }),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = createExecutionRole(scope, routes, forwarder);
  const policies = writeExecutionPolicies(scope, { routes, forwarder, role, also, accounts });
  const forward = createFunction(scope, { routes, forwarder, handlerFolder, role, logGroup });
  // A mapping made before the role may read its stream is refused, so the function waits for the policy.
  forward.node.addDependency(...policies);
  const alarms = writeForwarderAlarms(scope, routes, forwarder);
  writeDashboard(scope, routes, forwarder);

  const resources: ForwarderResources = {
    function: forward,
    role,
    failureBucket,
    logGroup,
    alarms,
    update: (changed) => {
      const further = { forwarder, role, also, accounts: changed.accounts ?? [] };
      const written = writeExecutionPolicies(scope, { ...further, routes: changed.routes });
      forward.node.addDependency(...written);
      resources.alarms = writeForwarderAlarms(scope, changed.routes, forwarder);
      writeDashboard(scope, changed.routes, forwarder);
    },
  };
  return resources;
}

/** Holds what nothing else can: batches that a mapping has given up, and records that no message carries. */
function createFailureBucket(scope: Construct, bucketName: string, encryptionKey: IKey | undefined): Bucket {
  return new Bucket(scope, 'FailureBucket', {
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
function createExecutionRole(scope: Construct, routes: Routes, forwarder: Forwarder): Role {
  const { name, source } = routes;
  const boundary = permissionsBoundaryArn(source, source.account);
  return new Role(scope, 'ExecutionRole', {
    roleName: namesOf(routes).forwarder(forwarder.name).executionRole,
    description: `${name}: reads the streams of forwarder "${forwarder.name}" and assumes their targets' roles`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    ...(boundary !== undefined && {
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(scope, 'PermissionsBoundary', boundary),
    }),
  });
}

interface FunctionProps extends Pick<ForwarderResourcesProps, 'routes' | 'forwarder' | 'handlerFolder'> {
  role: Role;
  logGroup: LogGroup;
}

function createFunction(
  scope: Construct,
  { routes, forwarder, handlerFolder, role, logGroup }: FunctionProps,
): LambdaFunction {
  const { name } = routes;
  const names = namesOf(routes).forwarder(forwarder.name);
  const forward = new LambdaFunction(scope, 'Function', {
    functionName: names.function,
    description: `${name}: forwards the routes of forwarder "${forwarder.name}"`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(handlerFolder),
    handler: HANDLER,
    // By its ARN, to which the CDK adds neither policies nor a `DependsOn` besides the reference.
    role: Role.fromRoleArn(scope, 'FunctionRole', role.roleArn, { mutable: false }),
    logGroup,
    memorySize: forwarder.memoryMB,
    timeout: Duration.seconds(forwarder.timeoutSeconds),
    ...(forwarder.reservedConcurrency !== undefined && {
      reservedConcurrentExecutions: forwarder.reservedConcurrency,
    }),
    tracing: forwarder.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    ...(forwarder.codeSigningConfigArn !== undefined && {
      codeSigningConfig: CodeSigningConfig.fromCodeSigningConfigArn(
        scope,
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
