import type { Forwarder, Route, Routes, Target } from '@xacct/core';
import { type Deployed, type DeployedRole, evaluate, type Request } from '@xacct/local/deployed';

/** Something that the product cannot do without, or that nobody may do. */
export interface Rule {
  name: string;
  holds: (deployed: Deployed) => boolean;
  /** The calls that IAM must allow for it; none where it must refuse. Undefined for one by a role that is not there. */
  calls: (deployed: Deployed) => (Request | undefined)[];
}

/** Holds where IAM allows all of these calls. */
function needed(name: string, calls: Rule['calls']): Rule {
  const holds = (deployed: Deployed) =>
    calls(deployed).every((call) => call !== undefined && evaluate(call).allowed);
  return { name, calls, holds };
}

/**
 * All that the handler and Lambda do with what is deployed: told from the routes and AWS's documentation, not from the
 * policies.
 */
export function needsOf(routes: Routes): Rule[] {
  return routes.forwarders.flatMap((forwarder) => [
    ...forwarderNeeds(routes, forwarder),
    ...routes.routes
      .filter((route) => route.forwarder === forwarder.name)
      .flatMap((route) => [
        ...streamNeeds(routes, route),
        ...queueNeeds(route),
        ...route.targets.map((target) => delivery(route, target)),
      ]),
  ]);
}

/** What an intruder would try first. */
export function refusalsOf(routes: Routes): Rule[] {
  return routes.forwarders.flatMap((forwarder) => {
    const bucket = `arn:aws:s3:::xacct-failures-${forwarder.name}-${ACCOUNT}-${REGION}`;
    const plainly = { 'aws:SecureTransport': 'false' };
    const routed = routes.routes.filter((route) => route.forwarder === forwarder.name);
    return [
      refused('reads objects without TLS', administrator(), 's3:GetObject', `${bucket}/object`, plainly),
      refused('lists objects without TLS', administrator(), 's3:ListBucket', bucket, plainly),
      ...routed.flatMap((route) => [
        ...queuesOf(route).map((queue) =>
          refused(`reads ${queue} without TLS`, administrator(), 'sqs:ReceiveMessage', queue, plainly),
        ),
        ...intrusions(route),
      ]),
      refusal(`${forwarder.name} assumes roles of strangers`, (deployed) => {
        const principal = executionRole(forwarder.name)(deployed);
        const context = { 'aws:ResourceOrgID': 'o-another0000' };
        const role = strangersRole('888888888888', routes.rolePath);
        return principal !== undefined && assumes(principal, role, context);
      }),
      ...['aws/lambda/batch', 'parked/orders/record'].flatMap((key) =>
        ['s3:GetObject', 's3:DeleteObject'].map((action) =>
          refused(
            `does ${action} of what waits for a person`,
            executionRole(forwarder.name),
            action,
            `${bucket}/${key}`,
            {
              'aws:SecureTransport': 'true',
            },
          ),
        ),
      ),
      ...['ec2:CreateNetworkInterface', 'ec2:DescribeSubnets'].map((action) =>
        refused(
          `does ${action} by the code of a function`,
          executionRole(forwarder.name),
          action,
          action === 'ec2:DescribeSubnets' ? '*' : `arn:aws:ec2:${REGION}:${ACCOUNT}:network-interface/eni-0`,
          {
            'lambda:SourceFunctionArn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:xacct-forwarder-default`,
          },
        ),
      ),
      ...routed
        .filter(({ kmsKeyArn }) => kmsKeyArn !== undefined)
        .map(({ kmsKeyArn = '' }) =>
          refused('decrypts past its stream', executionRole(forwarder.name), 'kms:Decrypt', kmsKeyArn, {
            'kms:ViaService': `s3.${REGION}.amazonaws.com`,
          }),
        ),
      ...(routes.encryptionKeyArn === undefined
        ? []
        : ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) =>
            refused(
              `does ${action} past queues and the bucket`,
              executionRole(forwarder.name),
              action,
              routes.encryptionKeyArn ?? '',
              { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` },
            ),
          )),
    ];
  });
}

const ACCOUNT = '111111111111';
const REGION = 'us-west-2';
const ORGANIZATION = 'o-a1b2c3d4e5';

type Principal = (deployed: Deployed) => Request['principal'] | undefined;

function forwarderNeeds({ routes, encryptionKeyArn }: Routes, { name, tracing, vpc }: Forwarder): Rule[] {
  const role = executionRole(name);
  const bucket = `arn:aws:s3:::xacct-failures-${name}-${ACCOUNT}-${REGION}`;
  const group = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/xacct-forwarder-${name}`;
  const tables = routes.some((route) => route.forwarder === name && route.stream.service === 'dynamodb');
  return [
    needed(`Lambda runs forwarder ${name}`, ({ roles }) => {
      const found = roles.get(executionRoleArn(name));
      return [found && assumption({ service: 'lambda.amazonaws.com' }, found, {})];
    }),
    allowed(role, 'logs:CreateLogStream', `${group}:log-stream:2026/01/01/[$LATEST]0`),
    allowed(role, 'logs:PutLogEvents', `${group}:log-stream:2026/01/01/[$LATEST]0`),
    // https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    allowed(role, 's3:PutObject', `${bucket}/aws/lambda/batch`),
    allowed(role, 's3:ListBucket', bucket),
    // Records that wait and that no message can hold: put by the handler, read and deleted when they are sent again.
    ...['s3:PutObject', 's3:GetObject', 's3:DeleteObject'].map((action) =>
      allowed(role, action, `${bucket}/waiting/orders/0123456789abcdef`),
    ),
    // Records go into queues and the bucket and come back, each of which asks KMS as the forwarder.
    ...(encryptionKeyArn === undefined
      ? []
      : ['s3', 'sqs'].flatMap((service) =>
          ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) =>
            allowed(role, action, encryptionKeyArn, {
              'kms:ViaService': `${service}.${REGION}.amazonaws.com`,
            }),
          ),
        )),
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    ...(vpc === undefined
      ? []
      : [
          allowed(role, 'ec2:DescribeNetworkInterfaces', '*'),
          allowed(role, 'ec2:DescribeSubnets', '*'),
          ...['network-interface/eni-0', 'subnet/subnet-0abc1234', 'security-group/sg-0abc1234'].map((made) =>
            allowed(role, 'ec2:CreateNetworkInterface', `arn:aws:ec2:${REGION}:${ACCOUNT}:${made}`),
          ),
          ...['Delete', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'].map((verb) =>
            allowed(
              role,
              `ec2:${verb === 'Delete' ? 'DeleteNetworkInterface' : verb}`,
              `arn:aws:ec2:${REGION}:${ACCOUNT}:network-interface/eni-0`,
            ),
          ),
        ]),
    ...(tables ? [allowed(role, 'dynamodb:ListStreams', '*')] : []),
    ...(tracing
      ? [allowed(role, 'xray:PutTraceSegments', '*'), allowed(role, 'xray:PutTelemetryRecords', '*')]
      : []),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html, with-ddb-create-package.html */
function streamNeeds({ name }: Routes, route: Route): Rule[] {
  const { stream, forwarder, enhancedFanOut, kmsKeyArn } = route;
  const role = executionRole(forwarder);
  const first = `/${name}/${forwarder}/${stream.service}/${stream.name}`;
  const actions = {
    kinesis: [
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    ],
    dynamodb: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  }[stream.service];
  const consumer = `${stream.arn}/consumer/${name}-${route.name}:1767225600`;
  return [
    ...actions.map((action) => allowed(role, action, stream.arn)),
    ...(enhancedFanOut
      ? ['kinesis:SubscribeToShard', 'kinesis:DescribeStreamConsumer'].map((action) =>
          allowed(role, action, consumer),
        )
      : []),
    ...(kmsKeyArn === undefined
      ? []
      : [
          allowed(role, 'kms:Decrypt', kmsKeyArn, {
            'kms:ViaService': `${stream.service}.${REGION}.amazonaws.com`,
          }),
        ]),
    // All parts that there are, by GetParameters, which IAM checks for each parameter that is asked for.
    needed(`forwarder ${forwarder} reads route ${route.name}`, (deployed) =>
      deployed.parameters
        .filter((parameter) => parameter.name === first || parameter.name.startsWith(`${first}/`))
        .map((parameter) => {
          const resource = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${parameter.name}`;
          return callOf(deployed, role, 'ssm:GetParameters', resource);
        }),
    ),
  ];
}

/** What Lambda's pollers ask for, and what the handler does: it parks, and it asks a retry queue for its dead-letter queue. */
function queueNeeds(route: Route): Rule[] {
  const role = executionRole(route.forwarder);
  const [retry = '', dead = ''] = queuesOf(route);
  return [
    ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes', 'SendMessage'].map((action) =>
      allowed(role, `sqs:${action}`, retry),
    ),
    allowed(role, 'sqs:SendMessage', dead),
    ...[retry, dead].map((queue) => allowed(administrator(), 'sqs:ReceiveMessage', queue)),
  ];
}

/** Both sides of a target: the role is assumed, and invokes. */
function delivery(route: Route, target: Target): Rule {
  const { roleArn, externalId, functionArn, account } = target;
  return needed(`route ${route.name} invokes ${functionArn}`, (deployed) => {
    const forwarder = executionRole(route.forwarder)(deployed);
    const role = deployed.roles.get(roleArn);
    if (forwarder === undefined || role === undefined) return [undefined];
    return [
      assumption(forwarder, role, asked(externalId)),
      {
        principal: sessionOf(role),
        action: 'lambda:InvokeFunction',
        resource: functionArn,
        resourceAccount: account,
      },
    ];
  });
}

/** Ways to a target's role past its conditions. */
function intrusions(route: Route): Rule[] {
  return route.targets.flatMap(({ roleArn, externalId }) => {
    const context = asked(externalId);
    const refuses = (name: string, from: Principal, changed: Record<string, string>): Rule =>
      refusal(`${name} assumes ${roleArn}`, (deployed) => {
        const role = deployed.roles.get(roleArn);
        const principal = from(deployed);
        return role !== undefined && principal !== undefined && assumes(principal, role, changed);
      });
    return [
      refuses('an administrator of the source account', administrator(), context),
      refuses('somebody without the external id', executionRole(route.forwarder), {
        ...context,
        'sts:ExternalId': 'another',
      }),
      refuses('somebody of another organization', executionRole(route.forwarder), {
        ...context,
        'aws:PrincipalOrgID': 'o-another0000',
      }),
    ];
  });
}

function asked(externalId: string): Record<string, string> {
  return {
    'sts:ExternalId': externalId,
    'aws:PrincipalOrgID': ORGANIZATION,
    'aws:ResourceOrgID': ORGANIZATION,
  };
}

/** A role that is named as those of routes are and trusts everybody: a trap, or a mistake. */
function strangersRole(account: string, path: string): DeployedRole {
  const name = 'xacct-route-trap';
  const trust = [
    {
      effect: 'Allow',
      actions: ['sts:AssumeRole'],
      resources: [],
      principals: [{ kind: 'AWS', value: '*' }],
      conditions: [],
    },
  ] as const;
  const arn = `arn:aws:iam::${account}:role${path}${name}`;
  return { arn, name, account, trust, policies: [], maxSessionSeconds: 3600 };
}

function queuesOf({ retryQueueUrl, deadLetterQueueUrl }: Route): string[] {
  return [retryQueueUrl, deadLetterQueueUrl].map(
    (url) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${url.slice(url.lastIndexOf('/') + 1)}`,
  );
}

function executionRoleArn(forwarder: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/xacct-forwarder-${forwarder}`;
}

function executionRole(forwarder: string): Principal {
  return ({ roles }) => {
    const role = roles.get(executionRoleArn(forwarder));
    return role && sessionOf(role);
  };
}

/** Whom the policies of the account allow everything. */
function administrator(): Principal {
  const arn = `arn:aws:iam::${ACCOUNT}:user/administrator`;
  const everything = {
    effect: 'Allow',
    actions: ['*'],
    resources: ['*'],
    principals: undefined,
    conditions: [],
  } as const;
  return () => ({ kind: 'user', account: ACCOUNT, arn, principalArn: arn, policies: [[everything]] });
}

function sessionOf({
  arn,
  name,
  account,
  policies,
}: DeployedRole): Exclude<Request['principal'], { service: string }> {
  const session = `arn:aws:sts::${account}:assumed-role/${name}/session`;
  return { kind: 'role', account, arn: session, principalArn: arn, policies };
}

function assumption(
  principal: Request['principal'],
  role: DeployedRole,
  context: Record<string, string>,
): Request {
  return {
    principal,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccount: role.account,
    resourcePolicy: role.trust,
    resourcePolicyRequired: true,
    context,
  };
}

function assumes(...call: Parameters<typeof assumption>): boolean {
  return evaluate(assumption(...call)).allowed;
}

function allowed(principal: Principal, action: string, resource: string, context = {}): Rule {
  return needed(`${action} ${resource}`, (deployed) => [
    callOf(deployed, principal, action, resource, context),
  ]);
}

/** Holds where this is false. */
function refusal(name: string, happens: (deployed: Deployed) => boolean): Rule {
  return { name, calls: () => [], holds: (deployed) => !happens(deployed) };
}

function refused(
  name: string,
  principal: Principal,
  action: string,
  resource: string,
  context: Record<string, string>,
): Rule {
  return refusal(`nobody ${name}: ${resource}`, (deployed) => {
    const call = callOf(deployed, principal, action, resource, context);
    return call !== undefined && evaluate(call).allowed;
  });
}

function callOf(
  deployed: Deployed,
  principal: Principal,
  action: string,
  resource: string,
  context: Record<string, string> = {},
): Request | undefined {
  const found = principal(deployed);
  if (found === undefined) return undefined;
  const bucket = deployed.buckets.get(/^arn:aws:s3:::([^/]+)/.exec(resource)?.[1] ?? '');
  const resourcePolicy = bucket?.policy ?? deployed.queues.get(resource)?.policy;
  return { principal: found, action, resource, resourceAccount: ACCOUNT, resourcePolicy, context };
}
