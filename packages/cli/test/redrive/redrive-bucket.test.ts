import type { SQSClient } from '@aws-sdk/client-sqs';
import { parseRoutes } from '@xacct/core';
import { describe, expect, test } from 'vitest';

import { type BucketRedriveOptions, redriveBucket } from '../../src/redrive/redrive-bucket.ts';
import { BUCKET, batchKey, givenUpBatch } from '../bucket/given-up-batches.ts';
import { parkedMessage } from '../queues/parked-messages.ts';
import { routesYaml } from '../xacct.ts';

const route = parseRoutes(
  routesYaml('  - { stream: orders, targets: [{ group: everyone, function: reader }] }\n'),
).routes?.routes[0];
if (route === undefined) throw new Error('There is no route');

/** Runs on these objects; `onCall` gets each call before it is made, and may throw. */
function run(
  objects: ReadonlyMap<string, string | undefined>,
  onCall: (call: string, calls: readonly string[], controller: AbortController) => void,
) {
  const calls: string[] = [];
  const controller = new AbortController();
  const call = (text: string) => {
    calls.push(text);
    onCall(text, calls, controller);
  };
  const bucket: BucketRedriveOptions['bucket'] = {
    name: BUCKET,
    async *keys(prefix) {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix));
    },
    read: async (key) => objects.get(key),
    putWaiting: async () => 'waiting/orders/a.json',
    delete: async (key) => call(`delete ${key}`),
  };
  const sqs = { send: async () => call('send') } as unknown as Pick<SQSClient, 'send'>;
  const redriven = redriveBucket({
    ...{ bucket, sqs, dryRun: false, rate: 100_000, targets: undefined, since: undefined },
    route: route as NonNullable<typeof route>,
    signal: controller.signal,
    onMoved: () => {},
    now: Date.now,
  });
  return redriven.then((result) => ({ ...result, calls }));
}

const [FIRST, SECOND] = [batchKey('mapping-a', 1), batchKey('mapping-a', 2)];
const BATCHES = new Map([FIRST, SECOND].map((key) => [key, givenUpBatch()]));

describe('redriveBucket', () => {
  test('sends all messages of an object before it deletes it, one object after another', async () => {
    const { calls } = await run(BATCHES, () => {});
    expect(calls).toEqual(['send', 'send', `delete ${FIRST}`, 'send', 'send', `delete ${SECOND}`]);
  });

  test('ends at a message that is refused, and reports how many of its object were sent', async () => {
    const { failure, moved, complete, calls } = await run(BATCHES, (_, { length }) => {
      if (length === 5) throw new TypeError('no');
    });
    expect(failure?.message).toBe(
      `Cannot send to queue xacct-route-orders-retry of account 111111111111: TypeError: no. 1 of the 2 messages of object ${SECOND} were sent before; the next run sends all of them`,
    );
    expect([moved.objects, moved.messages, complete]).toEqual([1, 2, false]);
    expect(calls).not.toContain(`delete ${SECOND}`);
  });

  test('brings an object to its end when the signal comes in the middle', async () => {
    const { calls, complete, moved } = await run(BATCHES, (_, __, controller) => controller.abort());
    expect(calls).toEqual(['send', 'send', `delete ${FIRST}`]);
    expect([complete, moved.objects]).toEqual([false, 1]);
  });

  test('passes over what another run has taken meanwhile', async () => {
    const objects = new Map<string, string | undefined>([
      ['parked/orders/1', undefined],
      ['parked/orders/2', parkedMessage().body],
      [FIRST, undefined],
    ]);
    const { moved, staying, complete } = await run(objects, () => {});
    expect([moved.objects, complete]).toEqual([1, true]);
    for (const number of Object.values(staying)) expect(number).toBe(0);
  });
});
