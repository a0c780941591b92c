import { encodeParkedRecords, encodeParkedReference, type ParkedFacts, pausedPrefix } from '@xacct/core';
import type { LocalQueue, QueuedMessage } from '@xacct/local';
import type { DeployedRoute } from '@xacct/reconcile';
import { createFeed, type Observed } from '../../../src/local/feed/feed.ts';
import { counts, NOON_MS } from '../deployed-route.ts';

/** Queues, objects and a forwarder that says what it does with records, in place of a local AWS. */
export function smallWorld(routes: readonly DeployedRoute[]) {
  let time = NOON_MS;
  let ids = 0;
  const feed = createFeed(() => time);
  const queues = new Map<string, Map<string, QueuedMessage>>();
  const objects = new Set<string>();
  const queueOf = (url: string) => {
    const known = queues.get(url) ?? new Map<string, QueuedMessage>();
    queues.set(url, known);
    return known;
  };
  const observed: Observed = {
    endpoint: 'http://127.0.0.1:4580',
    region: 'us-west-2',
    routes,
    alarms: [],
    objectKeys: () => [...objects],
    get queues() {
      const urls = routes.flatMap(({ retryQueueUrl, deadLetterQueueUrl }) => [
        retryQueueUrl,
        deadLetterQueueUrl,
      ]);
      return urls.map((url) => queue(url, [...queueOf(url).values()]));
    },
  };
  return {
    feed,
    observed,
    queueOf,
    status: () => feed.status(observed, new Map()),
    wait(ms: number) {
      time += ms;
    },
    count: (route: string, target: string, values: Record<string, number | number[]>) =>
      void feed.log('xacct-forwarder-default', counts(route, target, values)),
    failure: (route: string, target: string, facts: { class: string; reason: string }) =>
      void feed.log(
        'xacct-forwarder-default',
        JSON.stringify({ level: 'error', message: 'A target did not take records', route, target, ...facts }),
      ),
    /** @returns the message's ID */
    send(url: string, route: string, target: string, records: readonly string[], since = time): string {
      return put(url, encodeParkedRecords(facts(route, target, since), records.map(toText)));
    },
    /** A message that refers to an object. */
    refer(url: string, route: string, target: string, count: number, key: string): string {
      objects.add(key);
      return put(url, encodeParkedReference(facts(route, target, time), count, key));
    },
    keep: (key: string) => void objects.add(key),
    remove: (key: string) => void objects.delete(key),
    pausedKey(route: string, target: string, first: string, count: number): string {
      return `${pausedPrefix(route, target)}${new Date(time).toISOString()}-shardId-0:${first}-${count}-0123456789abcdef.json`;
    },
  };

  function put(url: string, body: string): string {
    ids += 1;
    const id = `message ${ids}`;
    queueOf(url).set(id, { id, body, sentAt: time });
    return id;
  }
}

export function queue(url: string, messages: QueuedMessage[]): LocalQueue {
  const depth = () => ({ visible: messages.length, inFlight: 0, delayed: 0 });
  return { name: url, account: '', arn: '', url, depth, messages: () => messages };
}

const toText = (id: string) => JSON.stringify({ eventID: `shardId-0:${id}` });

function facts(route: string, target: string, since: number): ParkedFacts {
  return {
    route,
    streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    target,
    shardId: 'shardId-0',
    firstSequenceNumber: '1',
    lastSequenceNumber: '1',
    failure: 'function-error',
    reason: 'no',
    attempts: 1,
    parkedAt: new Date(since).toISOString(),
    hops: 0,
  };
}
