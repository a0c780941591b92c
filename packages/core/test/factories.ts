import type { StoredRoute, Target } from '../src/index.ts';

export function target(properties: Partial<Target> = {}): Target {
  const { account = '222222222222', region = 'us-west-2' } = properties;
  return {
    account,
    region,
    functionArn: `arn:aws:lambda:${region}:${account}:function:reader`,
    roleArn: `arn:aws:iam::${account}:role/xacct-route-orders`,
    externalId: 'xacct:orders',
    invocation: 'event',
    onFailure: 'park',
    ...properties,
  };
}

export function route(properties: Partial<StoredRoute> = {}): StoredRoute {
  return {
    name: 'orders',
    deaggregate: false,
    retryQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry',
    deadLetterQueueUrl: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-dead-letters',
    retryForSeconds: 86_400,
    targets: [target()],
    ...properties,
  };
}

/** `count` targets that differ in their accounts alone. */
export function targetsInAccounts(count: number): Target[] {
  return Array.from({ length: count }, (_, index) => target({ account: String(200_000_000_000 + index) }));
}
