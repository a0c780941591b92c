import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { routesOf, templateOf, templatesOf } from './factories.ts';

const ORDERS = `
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`;
const PAYMENTS = `
  - stream: payments
    targets: [{ account: billing, function: "ledger:live" }]
`;

/** The statements of the execution role, by Sid. */
function statementsOf(entries: string, top = '') {
  const template = templateOf(routesOf(entries, top), 'xacct-forwarder-default');
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const statements: Record<string, unknown>[] = policies.flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  return new Map(statements.map((statement) => [statement.Sid, statement]));
}

describe('ForwarderStack', () => {
  test('runs the bundle on Node 24 with the prefix of its parameters and the failure bucket', () => {
    templateOf(routesOf(ORDERS), 'xacct-forwarder-default').hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'xacct-forwarder-default',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 60,
      Environment: {
        Variables: {
          XACCT_PARAMETER_PREFIX: '/xacct/default',
          NODE_OPTIONS: '--max-semi-space-size=8',
          XACCT_FAILURE_BUCKET: 'xacct-failures-default-111111111111-us-west-2',
        },
      },
    });
  });

  test('takes memory and timeout from the forwarder of its name', () => {
    const routes = routesOf(ORDERS, 'forwarders: { default: { memoryMB: 1024, timeoutSeconds: 120 } }');
    templateOf(routes, 'xacct-forwarder-default').hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 1024,
      Timeout: 120,
    });
  });

  test('lets its own records come back to it, which Lambda would treat as a loop', () => {
    templateOf(routesOf(ORDERS), 'xacct-forwarder-default').hasResourceProperties('AWS::Lambda::Function', {
      RecursiveLoop: 'Allow',
    });
  });

  test.each([
    ['{}', {}],
    ['{ metrics: target, logLevel: info }', {}],
    ['{ metrics: route }', { XACCT_METRICS: 'route' }],
    ['{ logLevel: warn }', { XACCT_LOG_LEVEL: 'warn' }],
    ['{ metrics: route, logLevel: error }', { XACCT_METRICS: 'route', XACCT_LOG_LEVEL: 'error' }],
  ])('passes metrics and log level on where they are not the default: %s', (settings, passedOn) => {
    const template = templateOf(
      routesOf(ORDERS, `forwarders: { default: ${settings} }`),
      'xacct-forwarder-default',
    );
    const [forward] = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(forward?.Properties.Environment.Variables).toEqual({
      XACCT_PARAMETER_PREFIX: '/xacct/default',
      NODE_OPTIONS: '--max-semi-space-size=8',
      XACCT_FAILURE_BUCKET: 'xacct-failures-default-111111111111-us-west-2',
      ...passedOn,
    });
  });

  test('may assume exactly the roles routed, sorted so that the order of routes changes nothing', () => {
    const expected = [
      'arn:aws:iam::222222222222:role/xacct-route-payments',
      'arn:aws:iam::999999999999:role/xacct-route-orders',
    ];
    expect(statementsOf(ORDERS + PAYMENTS).get('AssumeRoutedRoles')).toEqual({
      Sid: 'AssumeRoutedRoles',
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: expected,
    });
    expect(statementsOf(PAYMENTS + ORDERS)).toEqual(statementsOf(ORDERS + PAYMENTS));
  });

  test('may read exactly its routes and streams', () => {
    const statements = statementsOf(ORDERS);
    expect(statements.get('ReadRoutes')).toMatchObject({
      Action: 'ssm:GetParameters',
      Resource: 'arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/orders',
    });
    expect(statements.get('ReadStreams')).toMatchObject({
      Resource: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    });
  });

  test('may read all parameters of a route that does not fit into one', () => {
    const targets = Array.from(
      { length: 120 },
      (_, index) => `{ account: analytics, function: consumer-of-orders-${index} }`,
    );
    const statements = statementsOf(`
  - stream: orders
    targets: [${targets.join(', ')}]
`);
    expect(statements.get('ReadRoutes')).toEqual({
      Sid: 'ReadRoutes',
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: [
        'arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/orders',
        'arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/orders/1',
        'arn:aws:ssm:us-west-2:111111111111:parameter/xacct/default/kinesis/orders/2',
      ],
    });
  });

  test('allows nothing on every resource', () => {
    for (const { Resource } of statementsOf(ORDERS + PAYMENTS).values())
      expect([Resource].flat()).not.toContain('*');
  });

  test('may poll the retry queues of its routes, which Lambda asks of the role itself', () => {
    expect(statementsOf(ORDERS + PAYMENTS).get('PollRetryQueues')).toEqual({
      Sid: 'PollRetryQueues',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: [
        'arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-retry',
        'arn:aws:sqs:us-west-2:111111111111:xacct-route-payments-retry',
      ],
    });
  });

  test('may write to the failure bucket and the log group that it makes', () => {
    const statements = statementsOf(ORDERS);
    const template = templateOf(routesOf(ORDERS), 'xacct-forwarder-default');
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
    const [logGroup] = Object.values(template.findResources('AWS::Logs::LogGroup'));
    const bucketArn = `arn:aws:s3:::${bucket?.Properties.BucketName}`;
    expect(statements.get('KeepFailedBatches')?.Resource).toBe(`${bucketArn}/*`);
    expect(statements.get('FindFailureBucket')?.Resource).toBe(bucketArn);
    expect(statements.get('SendAgainFromBucket')).toEqual({
      Sid: 'SendAgainFromBucket',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:DeleteObject'],
      Resource: `${bucketArn}/waiting/*`,
    });
    expect(statements.get('WriteLogs')?.Resource).toBe(
      `arn:aws:logs:us-west-2:111111111111:log-group:${logGroup?.Properties.LogGroupName}:*`,
    );
  });

  test('gets managed policies beyond what an inline one holds, and loses nothing of it before they are there', () => {
    const entries = Array.from({ length: 120 }, (_, index) => {
      return `  - { stream: stream-${index}, targets: [{ account: "${200_000_000_000 + index}", function: f }] }\n`;
    });
    const template = templateOf(routesOf(entries.join('')), 'xacct-forwarder-default');
    const managed = template.findResources('AWS::IAM::ManagedPolicy');
    expect(Object.values(managed).map(({ Properties }) => Properties.ManagedPolicyName)).toEqual(
      Array.from({ length: 10 }, (_, index) => `xacct-forwarder-default-${index + 1}`),
    );
    const inline = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(inline.map(({ DependsOn }) => [...DependsOn].sort())).toEqual([Object.keys(managed).sort()]);
    const policies = [...inline, ...Object.values(managed)].map(({ Properties }) => Properties);
    const [role = ''] = Object.keys(template.findResources('AWS::IAM::Role'));
    for (const { Roles } of policies) expect(Roles).toEqual([{ Ref: role }]);
    expect(policies.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument).length <= 6_144)).toEqual(
      policies.map(() => true),
    );
    const assumed = policies
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Sid }) => Sid === 'AssumeRoutedRoles')
      .flatMap(({ Resource }) => Resource);
    expect(new Set(assumed).size).toBe(120);
  });

  test('makes the function wait for all policies of its role, without what its reference to the role implies', () => {
    const template = templateOf(routesOf(ORDERS), 'xacct-forwarder-default');
    const [forward] = Object.values(template.findResources('AWS::Lambda::Function'));
    const [role = ''] = Object.keys(template.findResources('AWS::IAM::Role'));
    expect(forward?.Properties.Role).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
    expect(forward?.DependsOn).toEqual(Object.keys(template.findResources('AWS::IAM::Policy')));
  });

  test('keeps failed batches in a private, encrypted bucket that accepts only TLS', () => {
    const template = templateOf(routesOf(ORDERS), 'xacct-forwarder-default');
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: 'xacct-failures-default-111111111111-us-west-2',
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
        LifecycleConfiguration: {
          Rules: [
            {
              Status: 'Enabled',
              ExpirationInDays: 90,
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
          ],
        },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ],
      },
    });
  });

  test('keeps its logs for a month', () => {
    templateOf(routesOf(ORDERS), 'xacct-forwarder-default').hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/lambda/xacct-forwarder-default',
      RetentionInDays: 30,
    });
  });

  test('gives each forwarder a function, a role and a bucket of its own', () => {
    const templates = templatesOf(routesOf(`${ORDERS}${PAYMENTS}    forwarder: isolated\n`));
    const isolated = templates.get('xacct-forwarder-isolated');
    isolated?.hasResourceProperties('AWS::IAM::Role', { RoleName: 'xacct-forwarder-isolated' });
    isolated?.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          XACCT_PARAMETER_PREFIX: '/xacct/isolated',
          NODE_OPTIONS: '--max-semi-space-size=8',
          XACCT_FAILURE_BUCKET: 'xacct-failures-isolated-111111111111-us-west-2',
        },
      },
    });
    const policies = JSON.stringify(isolated?.findResources('AWS::IAM::Policy'));
    expect(policies).toContain('xacct-route-payments');
    expect(policies).not.toContain('orders');
  });
});
