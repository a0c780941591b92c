import type { LocalQueue } from '@xacct/local';
import type { DeployedRoute } from '@xacct/reconcile';
import { createTraffic, type Traffic, type TrafficView } from '../../src/local/traffic.ts';
import { counts, deployedRoute, NOON_MS } from './deployed-route.ts';

export { counts, deployedRoute, NOON_MS };

export function queue(url: string, visible: number): LocalQueue {
  return {
    name: url,
    account: '',
    arn: '',
    url,
    depth: () => ({ visible, inFlight: 0, delayed: 0 }),
    messages: () => [],
  };
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
