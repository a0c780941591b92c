import { permissionsBoundaryArn, type Routes } from '@xacct/core';
import type { Call } from './calls.ts';

/** What an intruder would do who has the pipeline: all of it must be refused to CloudFormation's role. */
export function intrusions({ name, source, rolePath }: Routes, account: string): Call[] {
  const call = (action: string, resource: string, context: Call['context'] = {}): Call => {
    return { account, action, resource, context };
  };
  const { region } = source;
  const role = (roleName: string) => `arn:aws:iam::${account}:role/${roleName}`;
  const path = rolePath.slice(1);
  const isSource = account === source.account;
  const own = isSource ? [`${name}-forwarder-x`] : [`${path}${name}-route-x`];
  const strangers = [
    'admin',
    `other-${name}-route-x`,
    `${name}-x`,
    `${path}${name}-x`,
    ...(path === '' ? [] : [`${name}-route-x`]),
    `cdk-hnb659fds-deploy-role-${account}-${region}`,
  ];
  const boundary = permissionsBoundaryArn(source, account);
  const bounded: Call['context'] = boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
  const elsewhere = account === '000000000001' ? '000000000002' : '000000000001';
  return [
    ...strangers.flatMap((stranger) => ROLE_ACTIONS.map((action) => call(action, role(stranger), bounded))),
    ...ROLE_ACTIONS.map((action) => call(action, `arn:aws:iam::${elsewhere}:role/${own[0]}`, bounded)),
    ...own.flatMap((mine) => [
      call('iam:AttachRolePolicy', role(mine), { 'iam:PolicyARN': ADMINISTRATOR }),
      call('iam:DetachRolePolicy', role(mine), { 'iam:PolicyARN': ADMINISTRATOR }),
      call('iam:AttachRolePolicy', role(mine), { 'iam:PolicyARN': ADMINISTRATOR, ...bounded }),
      call('iam:DeleteRolePermissionsBoundary', role(mine)),
      call('iam:PutRolePermissionsBoundary', role(mine), { 'iam:PermissionsBoundary': ADMINISTRATOR }),
      call('iam:PassRole', role(mine), { 'iam:PassedToService': 'ec2.amazonaws.com' }),
      call('sts:AssumeRole', role(mine)),
    ]),
    ...(source.permissionsBoundary === undefined
      ? []
      : own.flatMap((mine) =>
          ['iam:CreateRole', 'iam:PutRolePolicy'].flatMap((action) => [
            call(action, role(mine)),
            call(action, role(mine), { 'iam:PermissionsBoundary': ADMINISTRATOR }),
          ]),
        )),
    ...(source.permissionsBoundary === undefined || !isSource
      ? []
      : [
          call('iam:AttachRolePolicy', role(`${name}-forwarder-x`), {
            'iam:PolicyARN': `arn:aws:iam::${account}:policy/${name}-forwarder-x-1`,
          }),
        ]),
    call('iam:PassRole', role('admin'), { 'iam:PassedToService': 'lambda.amazonaws.com' }),
    call('iam:CreateUser', `arn:aws:iam::${account}:user/${name}-route-x`),
    call('iam:CreatePolicyVersion', `arn:aws:iam::${account}:policy/${name}-cloudformation-target`),
    call('iam:CreatePolicyVersion', `arn:aws:iam::${account}:policy/${name}-cloudformation-source-roles`),
    call('ssm:GetParameters', `arn:aws:ssm:${region}:${account}:parameter/secret`),
    call('ssm:PutParameter', `arn:aws:ssm:${region}:${account}:parameter/secret`),
    call('ssm:PutParameter', `arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/hnb659fds/version`),
    call('ssm:GetParameters', `arn:aws:ssm:${region}:${account}:parameter/cdk-bootstrap/other/version`),
    call('s3:GetObject', `arn:aws:s3:::cdk-other-assets-${account}-${region}/code.zip`),
    call('lambda:InvokeFunction', `arn:aws:lambda:${region}:${account}:function:${name}-forwarder-default`),
    ...(['CreateFunction', 'UpdateFunctionCode', 'GetFunction'] as const).map((action) =>
      call(`lambda:${action}`, `arn:aws:lambda:${region}:${account}:function:payroll`),
    ),
    call('lambda:CreateFunction', `arn:aws:lambda:ap-east-1:${account}:function:${name}-forwarder-default`),
    call('lambda:CreateEventSourceMapping', '*', {
      'lambda:FunctionArn': `arn:aws:lambda:${region}:${account}:function:payroll`,
    }),
    ...(['Get', 'Update', 'Delete'] as const).map((verb) =>
      call(`lambda:${verb}EventSourceMapping`, `arn:aws:lambda:${region}:${account}:event-source-mapping:0`, {
        'lambda:FunctionArn': `arn:aws:lambda:${region}:${account}:function:payroll`,
      }),
    ),
    call('sqs:DeleteQueue', `arn:aws:sqs:${region}:${account}:payroll`),
    call('sqs:ReceiveMessage', `arn:aws:sqs:${region}:${account}:${name}-route-x-retry`),
    call('s3:DeleteBucket', 'arn:aws:s3:::payroll'),
    call('s3:GetObject', 'arn:aws:s3:::payroll/may.csv'),
    call('s3:GetObject', `arn:aws:s3:::${name}-failures-default-${account}-${region}/parked/x`),
    call('s3:PutBucketPolicy', `arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}`),
    call('logs:DeleteLogGroup', `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/payroll`),
    call('cloudwatch:DeleteAlarms', `arn:aws:cloudwatch:${region}:${account}:alarm:payroll`),
    call('cloudwatch:DeleteDashboards', `arn:aws:cloudwatch::${account}:dashboard/payroll`),
    call('kinesis:RegisterStreamConsumer', `arn:aws:kinesis:${region}:${account}:stream/payroll`),
    call(
      'kinesis:DeregisterStreamConsumer',
      `arn:aws:kinesis:${region}:${account}:stream/orders/consumer/theirs:1`,
    ),
    call('kinesis:GetRecords', `arn:aws:kinesis:${region}:${account}:stream/orders`),
    call('ec2:RunInstances', '*'),
    call('lambda:TagResource', `arn:aws:lambda:${region}:${account}:function:payroll`),
  ];
}

const ROLE_ACTIONS = [
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'iam:UpdateAssumeRolePolicy',
  'iam:TagRole',
  'iam:DeleteRole',
];
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
