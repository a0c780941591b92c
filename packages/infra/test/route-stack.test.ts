import { decodeRoute } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { routesOf, templateOf } from './factories.ts';

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
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 86_400,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: {
        OnFailure: { Destination: 'arn:aws:s3:::xacct-failures-default-111111111111-us-west-2' },
      },
    });
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
      (_, index) => `{ account: analytics, function: consumer-of-orders-${index} }`,
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
    expect(stored).toEqual({ name: 'orders', targets: routes.routes[0]?.targets });
    template.hasResource('AWS::Lambda::EventSourceMapping', {
      DependsOn: ['Route', 'RoutePart1', 'RoutePart2'],
    });
  });
});
