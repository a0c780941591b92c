import type { LocalQueue } from '@xacct/local';
import type { DeployedRoute } from '@xacct/reconcile';
import { createTraffic, type Traffic, type TrafficView } from '../../src/local/traffic.ts';

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

export function queue(url: string, visible: number): LocalQueue {
  return { name: url, account: '', arn: '', url, depth: () => ({ visible, inFlight: 0, delayed: 0 }) };
}

/** The forwarder's metrics of a target. */
export function counts(route: string, target: string, values: Record<string, number>): string {
  return JSON.stringify({ _aws: {}, Forwarder: 'f', Route: route, Target: target, ...values });
}

/** What is seen of routes once something happened. */
export function viewOf(
  routes: readonly DeployedRoute[],
  happen: (traffic: Traffic) => void = () => {},
  queues: readonly LocalQueue[] = [],
): TrafficView {
  const traffic = createTraffic(() => NOON_MS);
  happen(traffic);
  return traffic.view({ endpoint: 'http://127.0.0.1:4580', region: 'us-west-2', routes, queues });
}
