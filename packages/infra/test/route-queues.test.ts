import { decodeRoute, limits, queueArn, queueUrl } from '@xacct/core';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { routesOf, templateOf, templatesOf } from './factories.ts';

const TARGETS = 'targets: [{ account: analytics, function: reader }]';
const ORDERS = `  - { stream: orders, ${TARGETS} }`;

function ofOrders(type: string, entries = ORDERS, top = '') {
  return templateOf(routesOf(entries, top), 'xacct-route-orders').findResources(type);
}

/** The one template of a route. */
function routeTemplate(templates: Map<string, Template>): Template {
  const [template, ...more] = [...templates]
    .filter(([name]) => name.includes('-route-'))
    .map(([, found]) => found);
  if (template === undefined || more.length > 0) throw new Error('There is not exactly one route');
  return template;
}

describe('createRouteQueues', () => {
  test('keeps what no retry brought to its target for 14 days, encrypted, only from this retry queue', () => {
    expect(ofOrders('AWS::SQS::Queue').DeadLetterQueue).toEqual({
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'xacct-route-orders-dead-letters',
        MessageRetentionPeriod: 1_209_600,
        SqsManagedSseEnabled: true,
        RedriveAllowPolicy: {
          redrivePermission: 'byQueue',
          sourceQueueArns: ['arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-retry'],
        },
      },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('keeps what waits for 14 days, encrypted, and gives up after as many receives as SQS counts', () => {
    expect(ofOrders('AWS::SQS::Queue').RetryQueue).toEqual({
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'xacct-route-orders-retry',
        MessageRetentionPeriod: 1_209_600,
        SqsManagedSseEnabled: true,
        VisibilityTimeout: 360,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
          maxReceiveCount: 1000,
        },
      },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test.each([10, limits.lambda.timeoutSeconds])(
    'hides a message for six timeouts of the function, within what SQS allows: %i s',
    (timeoutSeconds) => {
      const top = `forwarders: { default: { timeoutSeconds: ${timeoutSeconds} } }`;
      const { VisibilityTimeout } = ofOrders('AWS::SQS::Queue', ORDERS, top).RetryQueue?.Properties ?? {};
      expect(VisibilityTimeout).toBe(6 * timeoutSeconds);
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(timeoutSeconds);
      expect(VisibilityTimeout).toBeLessThanOrEqual(43_200);
    },
  );

  test('lets the execution role of the forwarder park, and denies all access without TLS', () => {
    expect(ofOrders('AWS::SQS::QueuePolicy').RetryQueuePolicy?.Properties).toEqual({
      Queues: [{ Ref: 'RetryQueue' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'ParkRecords',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::111111111111:role/xacct-forwarder-default' },
            Action: ['sqs:SendMessage'],
            Resource: { 'Fn::GetAtt': ['RetryQueue', 'Arn'] },
          },
          {
            Sid: 'DenyWithoutTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: { 'Fn::GetAtt': ['RetryQueue', 'Arn'] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('lets the execution role send to the dead-letter queue and no more', () => {
    expect(ofOrders('AWS::SQS::QueuePolicy').DeadLetterQueuePolicy?.Properties).toEqual({
      Queues: [{ Ref: 'DeadLetterQueue' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'KeepDeadLetters',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::111111111111:role/xacct-forwarder-default' },
            Action: ['sqs:SendMessage'],
            Resource: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
          },
          {
            Sid: 'DenyWithoutTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('trusts the execution role of the forwarder that the route names', () => {
    const policies = ofOrders(
      'AWS::SQS::QueuePolicy',
      `  - { stream: orders, forwarder: isolated, ${TARGETS} }`,
    );
    for (const { Properties } of Object.values(policies))
      expect(Properties.PolicyDocument.Statement[0].Principal).toEqual({
        AWS: 'arn:aws:iam::111111111111:role/xacct-forwarder-isolated',
      });
  });

  test.each([
    ['a plain name', 'orders', '', 'us-west-2'],
    ['a name that no queue may have', 'orders.v1_eu-west', '', 'us-west-2'],
    ['the longest names', 's'.repeat(128), `name: ${'p'.repeat(20)}`, 'us-west-2'],
    ['another partition', 'orders', '', 'cn-north-1'],
  ])('makes the queues that the handler uses: %s', (_, stream, top, region) => {
    const routes = routesOf(`  - { stream: ${stream}, ${TARGETS} }`, top, region);
    const template = routeTemplate(templatesOf(routes));
    const { RetryQueue, DeadLetterQueue } = template.findResources('AWS::SQS::Queue');
    const retryName = RetryQueue?.Properties.QueueName;
    const told = {
      retryQueueUrl: queueUrl(routes.source, retryName),
      deadLetterQueueUrl: queueUrl(routes.source, DeadLetterQueue?.Properties.QueueName),
    };
    expect(routes.routes[0]).toMatchObject(told);
    const parameters = Object.values(template.findResources('AWS::SSM::Parameter'));
    expect(decodeRoute(parameters.map(({ Properties }) => Properties.Value))).toMatchObject(told);
    expect(DeadLetterQueue?.Properties.RedriveAllowPolicy.sourceQueueArns).toEqual([
      queueArn(routes.source, retryName),
    ]);
  });

  test('names role and queue in the partition of the region', () => {
    const template = templateOf(routesOf(ORDERS, '', 'us-gov-west-1'), 'xacct-route-orders');
    const [statement] =
      template.findResources('AWS::SQS::QueuePolicy').RetryQueuePolicy?.Properties.PolicyDocument.Statement ??
      [];
    expect(statement.Principal).toEqual({
      AWS: 'arn:aws-us-gov:iam::111111111111:role/xacct-forwarder-default',
    });
    const { DeadLetterQueue } = template.findResources('AWS::SQS::Queue');
    expect(DeadLetterQueue?.Properties.RedriveAllowPolicy.sourceQueueArns).toEqual([
      'arn:aws-us-gov:sqs:us-gov-west-1:111111111111:xacct-route-orders-retry',
    ]);
  });
});
