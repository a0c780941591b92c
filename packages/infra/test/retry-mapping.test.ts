import { describe, expect, test } from 'vitest';
import { routesOf, templateOf } from './factories.ts';

const ORDERS = `
  - stream: orders
    targets: [{ account: analytics, function: reader }]
`;

function mappingsOf(entries: string) {
  return templateOf(routesOf(entries), 'xacct-route-orders').findResources('AWS::Lambda::EventSourceMapping');
}

describe('createRetryMapping', () => {
  test('brings parked records back to the forwarder, ten messages at a time, by ten at once', () => {
    expect(mappingsOf(ORDERS).RetryMapping?.Properties).toEqual({
      EventSourceArn: { 'Fn::GetAtt': ['RetryQueue', 'Arn'] },
      FunctionName: 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default',
      Enabled: true,
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  test.each([2, 1000])('retries in as many invocations at once as the route sets: %i', (retryConcurrency) => {
    const { RetryMapping } = mappingsOf(`${ORDERS}    retryConcurrency: ${retryConcurrency}\n`);
    expect(RetryMapping?.Properties.ScalingConfig).toEqual({ MaximumConcurrency: retryConcurrency });
  });

  test('goes on while the route is disabled', () => {
    const { Mapping, RetryMapping } = mappingsOf(`${ORDERS}    enabled: false\n`);
    expect(Mapping?.Properties.Enabled).toBe(false);
    expect(RetryMapping?.Properties.Enabled).toBe(true);
  });
});
