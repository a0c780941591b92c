import type { DeployedRoute } from '@xacct/reconcile';

export const NOON_MS = Date.UTC(2026, 0, 15, 12);

/** A route as it is deployed, to functions `reader-<n>` in as many accounts. */
export function deployedRoute(name: string, targets = 1): DeployedRoute {
  const arn = 'arn:aws:lambda:us-west-2';
  return {
    name,
    account: '111111111111',
    streamName: name,
    streamArn: `arn:aws:kinesis:us-west-2:111111111111:stream/${name}`,
    enabled: true,
    forwarderArn: `${arn}:111111111111:function:xacct-forwarder-default`,
    forwarder: 'default',
    systemName: 'xacct',
    deaggregate: false,
    retryForSeconds: 86_400,
    retryQueueUrl: `${name}-retry`,
    deadLetterQueueUrl: `${name}-dead`,
    targets: Array.from({ length: targets }, (_, index) => {
      const account = String(222222222222 + index);
      return {
        account,
        region: 'us-west-2',
        functionArn: `${arn}:${account}:function:reader-${index}`,
        roleArn: `arn:aws:iam::${account}:role/xacct`,
        externalId: 'xacct',
        invocation: 'event' as const,
        onFailure: 'park' as const,
      };
    }),
  };
}

/** The forwarder's metrics of a target. */
export function counts(route: string, target: string, values: Record<string, number | number[]>): string {
  return JSON.stringify({ _aws: {}, Forwarder: 'f', Route: route, Target: target, ...values });
}
