import { partitionOf } from '@xacct/core';
import { type Resource, readTemplate, type StackArtifact } from '@xacct/local/deployed';
import { HANDLERS, NO_ACTIONS, ONLY_WITH } from './handler-permissions.ts';

/** A call that CloudFormation makes with its role in an account, as IAM sees it. */
export interface Call {
  account: string;
  action: string;
  resource: string;
  context: Readonly<Record<string, string>>;
}

/** All that CloudFormation calls to create, read, update and delete the resources of a stack, each call once. */
export function callsOf(stack: StackArtifact): Call[] {
  const resources = readTemplate(stack);
  const calls = resources.flatMap((resource) =>
    actionsOf(resource).flatMap((action) => callsFor(action, resource, resources)),
  );
  return [...new Map([versionOf(stack), ...calls].map((call) => [JSON.stringify(call), call])).values()];
}

/** Each template has a parameter whose value CloudFormation reads. */
function versionOf({ template, account, region }: StackArtifact): Call {
  const { BootstrapVersion } = template.Parameters as { BootstrapVersion: { Default: string } };
  const resource = `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter${BootstrapVersion.Default}`;
  return { account, action: 'ssm:GetParameters', resource, context: {} };
}

function actionsOf({ type, properties }: Resource): string[] {
  const handlers = HANDLERS[type];
  if (handlers === undefined) throw new Error(`The table of handlers lacks ${type}`);
  const { create, read = [], update = [], delete: remove, tagging = [] } = handlers;
  const actions = new Set([...create, ...read, ...update, ...remove, ...tagging]);
  return [...actions].filter((action) => {
    const property = ONLY_WITH[type]?.[action];
    return !NO_ACTIONS.has(action) && (property === undefined || valueAt(properties, property) !== undefined);
  });
}

function valueAt(properties: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }, properties);
}

/** By AWS's Service Authorization Reference: on which resources IAM checks an action, and with which condition keys. */
function callsFor(action: string, resource: Resource, all: readonly Resource[]): Call[] {
  const { type, stack, properties } = resource;
  const { account, region } = stack;
  const partition = partitionOf(region);
  const call = (on: string, context: Call['context'] = {}): Call => ({
    account,
    action,
    resource: on,
    context,
  });
  if (ON_NO_RESOURCE.has(action)) return [call('*')];
  if (action === 'cloudwatch:DescribeAlarms') return [call(arnOf(resource, 'cloudwatch', 'alarm:*'))];
  if (action === 's3:GetObject') {
    const { S3Bucket, S3Key } = properties.Code as Record<string, string>;
    return [call(`arn:${partition}:s3:::${S3Bucket}/${S3Key}`)];
  }
  if (action === 'iam:PassRole')
    return [call(String(properties.Role), { 'iam:PassedToService': 'lambda.amazonaws.com' })];
  if (action === 'kinesis:RegisterStreamConsumer') return [call(String(properties.StreamARN))];
  if (/CodeSigningConfig$/.test(action)) {
    const config = String(properties.CodeSigningConfigArn);
    const functions = namesOf(resource);
    if (action === 'lambda:GetCodeSigningConfig') return [call(config)];
    return (action === 'lambda:PutFunctionCodeSigningConfig' ? [...functions, config] : functions).map((on) =>
      call(on),
    );
  }
  if (type === 'AWS::Lambda::EventSourceMapping') return [mappingCall(call, action, resource)];
  if (action.startsWith('iam:')) return iamCalls(call, action, resource, all);
  return namesOf(resource).map((on) => call(on));
}

const ON_NO_RESOURCE = new Set([
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'logs:DescribeIndexPolicies',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
]);

type MakeCall = (on: string, context?: Call['context']) => Call;

function mappingCall(call: MakeCall, action: string, resource: Resource): Call {
  const on =
    action === 'lambda:CreateEventSourceMapping'
      ? '*'
      : arnOf(resource, 'lambda', `event-source-mapping:${UUID}`);
  return /EventSourceMapping$/.test(action)
    ? call(on, { 'lambda:FunctionArn': String(resource.properties.FunctionName) })
    : call(on);
}

const UUID = '12345678-90ab-cdef-1234-567890abcdef';

/** What is done to the policies of a role is a call on the role. */
function iamCalls(call: MakeCall, action: string, resource: Resource, all: readonly Resource[]): Call[] {
  const { type, properties } = resource;
  const own = type === 'AWS::IAM::ManagedPolicy' ? String(namesOf(resource)[0]) : undefined;
  if (own !== undefined && !/RolePolicy$/.test(action)) return [call(own)];
  const roles =
    type === 'AWS::IAM::Role'
      ? [resource]
      : all.filter(
          (other) => other.type === 'AWS::IAM::Role' && (properties.Roles as string[]).includes(other.name),
        );
  return roles.map((role) => {
    const [on = ''] = namesOf(role);
    const boundary = role.properties.PermissionsBoundary;
    return call(on, {
      ...(own !== undefined && { 'iam:PolicyARN': own }),
      ...(boundary !== undefined &&
        HAS_BOUNDARY.test(action) && { 'iam:PermissionsBoundary': String(boundary) }),
    });
  });
}

const HAS_BOUNDARY = /^iam:(CreateRole|PutRolePolicy|PutRolePermissionsBoundary|(Attach|Detach)RolePolicy)$/;

/** The ARNs of a resource, or of those that it is a policy of. */
function namesOf(resource: Resource): string[] {
  const { type, name, properties } = resource;
  const { ManagedPolicyName, Queues, Bucket, StreamARN } = properties;
  const path = String(properties.Path ?? '/');
  const partition = partitionOf(resource.stack.region);
  switch (type) {
    case 'AWS::CloudWatch::Alarm':
      return [arnOf(resource, 'cloudwatch', `alarm:${name}`)];
    case 'AWS::CloudWatch::Dashboard':
      return [`arn:${partition}:cloudwatch::${resource.stack.account}:dashboard/${name}`];
    case 'AWS::IAM::ManagedPolicy':
      return [`arn:${partition}:iam::${resource.stack.account}:policy${path}${ManagedPolicyName}`];
    case 'AWS::IAM::Role':
      return [`arn:${partition}:iam::${resource.stack.account}:role${path}${name}`];
    case 'AWS::Kinesis::StreamConsumer':
      return [`${StreamARN}/consumer/${name}:1767225600`];
    case 'AWS::Lambda::Function':
      return [arnOf(resource, 'lambda', `function:${name}`)];
    case 'AWS::Logs::LogGroup':
      return [arnOf(resource, 'logs', `log-group:${name}`)];
    case 'AWS::S3::Bucket':
      return [`arn:${partition}:s3:::${name}`];
    case 'AWS::S3::BucketPolicy':
      return [`arn:${partition}:s3:::${Bucket}`];
    case 'AWS::SQS::Queue':
      return [arnOf(resource, 'sqs', name)];
    case 'AWS::SQS::QueuePolicy':
      return (Queues as string[]).map((url) => arnOf(resource, 'sqs', url.slice(url.lastIndexOf('/') + 1)));
    case 'AWS::SSM::Parameter':
      return [arnOf(resource, 'ssm', `parameter${name}`)];
    default:
      throw new Error(`The ARN of a ${type} is not known here`);
  }
}

function arnOf({ stack: { account, region } }: Resource, service: string, name: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${name}`;
}
