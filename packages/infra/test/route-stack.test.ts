import { decodeRoute } from '@xacct/core';
import { type LimitedName, measureCapacity } from '@xacct/core/capacity';
import { describe, expect, test } from 'vitest';
import { routesOf, templateOf, templatesOf } from './factories.ts';

describe('RouteStack', () => {
  test('maps the stream to the forwarder with finite retries, bisecting, and a place for what fails', () => {
    const routes = routesOf(`
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`);
    templateOf(routes, 'xacct-route-orders').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
      FunctionName: 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default',
      Enabled: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: 1000,
      MaximumRecordAgeInSeconds: 86_400,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: {
        OnFailure: { Destination: 'arn:aws:s3:::xacct-failures-default-111111111111-us-west-2' },
      },
    });
  });

  test('retries without end where a target blocks', () => {
    const routes = routesOf(`
  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: ledger, onFailure: block, invocation: request-response }
`);
    templateOf(routes, 'xacct-route-orders').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      DestinationConfig: {
        OnFailure: { Destination: 'arn:aws:s3:::xacct-failures-default-111111111111-us-west-2' },
      },
    });
  });

  test.each([
    [
      'at a time where that is known',
      ', startingTimestamp: 2026-11-22T08:00:00Z',
      'AT_TIMESTAMP',
      1_795_334_400,
    ],
    ['at the oldest record where it is not', '', 'TRIM_HORIZON', undefined],
  ])('starts %s', (_, more, position, timestamp) => {
    const routes = routesOf(`
  - { stream: orders, startingPosition: AT_TIMESTAMP${more}, targets: [{ account: analytics, function: reader }] }
`);
    const [mapping] = Object.values(
      templateOf(routes, 'xacct-route-orders').findResources('AWS::Lambda::EventSourceMapping', {
        Properties: { BatchSize: 100 },
      }),
    );
    expect(mapping?.Properties.StartingPosition).toBe(position);
    expect(mapping?.Properties.StartingPositionTimestamp).toBe(timestamp);
  });

  test('has Lambda count what the mapping gives up', () => {
    const routes = routesOf(`
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`);
    const { Mapping } = templateOf(routes, 'xacct-route-orders').findResources(
      'AWS::Lambda::EventSourceMapping',
    );
    expect(Mapping?.Properties.MetricsConfig).toEqual({ Metrics: ['EventCount'] });
  });

  test('holds as many resources as core calculates', () => {
    const table = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
    const many = Array.from(
      { length: 120 },
      (_, index) => `{ account: analytics, function: consumer-${index} }`,
    );
    const one = '{ account: analytics, function: reader }';
    const routes = routesOf(`
  - { stream: orders, targets: [${one}] }
  - { stream: events, enhancedFanOut: true, targets: [${one}] }
  - { stream: "${table}", targets: [${one}] }
  - { stream: payments, targets: [${many.join(', ')}] }
`);
    const measures = measureCapacity(routes, { shardsOf: () => 1, environments: 1 });
    const reckoned = (limit: LimitedName) => measures.find((measure) => measure.limit === limit)?.uses ?? [];
    const templates = templatesOf(routes);
    const templateAt = (where: string) => templates.get(where.replace('stack ', ''))?.toJSON();
    expect(reckoned('route-stack-resources')).toHaveLength(4);
    for (const { where, used } of reckoned('route-stack-resources'))
      expect([where, Object.keys(templateAt(where)?.Resources ?? {}).length]).toEqual([where, used]);
    // A little more than it is, so that what passes the check is deployed.
    for (const { where, used } of reckoned('route-stack-template')) {
      const bytes = Buffer.byteLength(JSON.stringify(templateAt(where), null, 1));
      expect(used).toBeGreaterThanOrEqual(bytes);
      expect(used).toBeLessThan(bytes * 1.5);
    }
  });

  test('passes every option of the route on', () => {
    const routes = routesOf(`
  - stream: orders
    name: fast
    startingPosition: LATEST
    batchSize: 10
    batchWindowSeconds: 0
    parallelizationFactor: 4
    maximumRetryAttempts: -1
    maximumRecordAgeSeconds: -1
    enabled: false
    targets: [{ account: analytics, function: reader }]
`);
    templateOf(routes, 'xacct-route-fast').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      Enabled: false,
      StartingPosition: 'LATEST',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 4,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
    });
  });

  test('stores the route in as many parameters as it takes, and maps only once they are there', () => {
    const targets = Array.from(
      { length: 120 },
      (_, index) => `{ account: analytics, function: consumer-of-orders-${100 + index} }`,
    );
    const routes = routesOf(`
  - stream: orders
    targets: [${targets.join(', ')}]
`);
    const template = templateOf(routes, 'xacct-route-orders');
    const parameters = template.findResources('AWS::SSM::Parameter');
    expect(Object.keys(parameters)).toEqual(['Route', 'RoutePart1', 'RoutePart2']);
    expect(Object.values(parameters).map(({ Properties }) => Properties.Name)).toEqual([
      '/xacct/default/kinesis/orders',
      '/xacct/default/kinesis/orders/1',
      '/xacct/default/kinesis/orders/2',
    ]);
    const stored = decodeRoute(Object.values(parameters).map(({ Properties }) => Properties.Value));
    const targetsOfFile = routes.routes[0]?.targets.map(({ hasGeneratedRole: _, ...target }) => target);
    expect(stored.targets).toEqual(targetsOfFile);
    const parts = expect.arrayContaining(['Route', 'RoutePart1', 'RoutePart2']);
    const mappings = template.findResources('AWS::Lambda::EventSourceMapping');
    expect(mappings.Mapping?.DependsOn).toEqual(parts);
    expect(mappings.RetryMapping?.DependsOn).toEqual(parts);
  });

  test('maps only once the forwarder can park, and the stream last of all', () => {
    const routes = routesOf(`
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`);
    const mappings = templateOf(routes, 'xacct-route-orders').findResources(
      'AWS::Lambda::EventSourceMapping',
    );
    expect(mappings.RetryMapping?.DependsOn).toEqual(['DeadLetterQueuePolicy', 'RetryQueuePolicy', 'Route']);
    expect(mappings.Mapping?.DependsOn).toEqual([
      'DeadLetterQueuePolicy',
      'RetryMapping',
      'RetryQueuePolicy',
      'Route',
    ]);
  });

  test('gives every resource a logical ID that neither the route nor its options change', () => {
    const idsOf = (entry: string) => {
      const [stack] = [...templatesOf(routesOf(entry))].filter(([name]) => name.startsWith('xacct-route-'));
      return Object.keys(stack?.[1].toJSON().Resources).sort();
    };
    const targets = 'targets: [{ account: analytics, function: reader }]';
    const ids = [
      'DeadLetterQueue',
      'DeadLetterQueuePolicy',
      'DeadLettersAlarm',
      'DroppedAlarm',
      'FailedAlarm',
      'GivenUpAlarm',
      'IteratorAgeAlarm',
      'Mapping',
      'ParkedAlarm',
      'RetryMapping',
      'RetryQueue',
      'RetryQueuePolicy',
      'Route',
    ];
    expect(idsOf(`  - { stream: orders, ${targets} }`)).toEqual(ids);
    expect(idsOf(`  - { stream: a.b_c, name: x_y.z, forwarder: other, enabled: false, ${targets} }`)).toEqual(
      ids,
    );
  });
});
