import { describe, expect, test } from 'vitest';
import { routesOf, templateOf, templatesOf } from './factories.ts';

function statements(entries: string, top = '') {
  const template = templateOf(routesOf(entries, top), 'xacct-forwarder-default');
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const all: Record<string, unknown>[] = policies.flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  return new Map(all.map((statement) => [statement.Sid, statement]));
}

const TARGETS = 'targets: [{ account: analytics, function: reader }]';

describe('the options of a route', () => {
  test('pass filters to the mapping, as JSON', () => {
    const routes = routesOf(`
  - stream: orders
    filters: [{ data: { type: [order, { prefix: a }] } }]
    ${TARGETS}
`);
    templateOf(routes, 'xacct-route-orders').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: { Filters: [{ Pattern: '{"data":{"type":["order",{"prefix":"a"}]}}' }] },
    });
  });

  test('register a consumer that the mapping reads as, and allow it to subscribe', () => {
    const entries = `
  - stream: orders
    enhancedFanOut: true
    ${TARGETS}
`;
    const template = templateOf(routesOf(entries), 'xacct-route-orders');
    template.hasResourceProperties('AWS::Kinesis::StreamConsumer', {
      ConsumerName: 'xacct-orders',
      StreamARN: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': ['Consumer', 'ConsumerARN'] },
    });
    expect(statements(entries).get('SubscribeAsConsumer')).toMatchObject({
      Resource: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders/consumer/*',
    });
  });

  test('allow decrypting with the key of the stream, through Kinesis only', () => {
    const key = '1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(
      statements(`
  - stream: orders
    kmsKey: ${key}
    ${TARGETS}
`).get('DecryptStreams'),
    ).toEqual({
      Sid: 'DecryptStreams',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: `arn:aws:kms:us-west-2:111111111111:key/${key}`,
      Condition: { StringEquals: { 'kms:ViaService': 'kinesis.us-west-2.amazonaws.com' } },
    });
  });

  test('read a DynamoDB stream by its own actions, and find the route by the table', () => {
    const arn = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
    const entries = `
  - stream: ${arn}
    ${TARGETS}
`;
    expect(statements(entries).get('ReadTableStreams')).toMatchObject({ Resource: arn });
    expect(statements(entries).has('ReadStreams')).toBe(false);
    templateOf(routesOf(entries), 'xacct-route-Items').hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/xacct/default/dynamodb/Items',
    });
  });
});

describe('the role of a target', () => {
  test('is not made where an existing one is named, but may be assumed', () => {
    const role = 'arn:aws:iam::999999999999:role/path/invoker';
    const entries = `
  - stream: orders
    targets: [{ account: analytics, function: reader, role: "${role}" }]
`;
    expect([...templatesOf(routesOf(entries)).keys()]).toEqual([
      'xacct-forwarder-default',
      'xacct-route-orders',
    ]);
    expect(statements(entries).get('AssumeRoutedRoles')).toMatchObject({ Resource: role });
  });
});

describe('the options of a forwarder', () => {
  test('reserve concurrency and switch tracing on, with the permission for it', () => {
    const entries = `
  - stream: orders
    ${TARGETS}
`;
    const top = 'forwarders: { default: { reservedConcurrency: 5, tracing: true } }';
    templateOf(routesOf(entries, top), 'xacct-forwarder-default').hasResourceProperties(
      'AWS::Lambda::Function',
      {
        ReservedConcurrentExecutions: 5,
        TracingConfig: { Mode: 'Active' },
      },
    );
    expect(statements(entries, top).has('WriteTraces')).toBe(true);
    expect(statements(entries).has('WriteTraces')).toBe(false);
  });
});
