import { describe, expect, test } from 'vitest';
import { createDeliver, type Undelivered } from '../src/deliver.ts';
import type { FailureClass } from '../src/failure-class.ts';
import type { Chunk } from '../src/pack.ts';
import { deadline, kinesisRecords, shipment, target } from './factories.ts';

const waiting = target({ invocation: 'request-response', onFailure: 'park' });
const inOrder = target({ invocation: 'request-response', onFailure: 'block' });
const event = target({ invocation: 'event', onFailure: 'park' });

function failed(first: number, count: number, failureClass: FailureClass = 'refused'): Undelivered {
  return { first, count, failure: { class: failureClass, reason: 'reason' } };
}

/** Sends nine records of 1 MB each, five of which go into a chunk for `request-response`; chunks fail as told, by `first`. */
function setUp(failures: Record<number, Undelivered> = {}) {
  const begun: number[] = [];
  const done: number[] = [];
  const { promise: allBegun, resolve } = Promise.withResolvers<void>();
  const deliver = createDeliver(async ({ onCall }, { first }: Chunk) => {
    begun.push(first);
    if (begun.length === 9) resolve();
    onCall(first);
    await new Promise((next) => setImmediate(next));
    done.push(first);
    return failures[first];
  });
  const send = (to: typeof event) =>
    deliver({ route: 'orders', deadline: deadline() }, to, shipment(kinesisRecords(9, 800_000)));
  return { send, begun, done, allBegun };
}

describe('createDeliver', () => {
  test('sends the chunks for a request-response target one after another', async () => {
    const { send, begun, done } = setUp();

    expect(await send(waiting)).toEqual({ undelivered: [], invokeLatency: [0, 5] });
    expect(begun).toEqual([0, 5]);
    expect(done).toEqual([0, 5]);
  });

  test('sends the chunks for an event target at once', async () => {
    const { send, allBegun, done } = setUp();
    const sent = send(event);

    await allBegun;
    expect(done).toEqual([]);
    expect((await sent).invokeLatency).toHaveLength(9);
  });

  test('goes on after a failure where failed records are parked', async () => {
    const { send, done } = setUp({ 0: failed(3, 2) });

    expect((await send(waiting)).undelivered).toEqual([failed(3, 2)]);
    expect(done).toEqual([0, 5]);
  });

  test('tells all failures in order', async () => {
    const { send } = setUp({ 0: failed(0, 5), 5: failed(7, 2) });

    expect((await send(waiting)).undelivered).toEqual([failed(0, 5), failed(7, 2)]);
  });

  test('stops at a failure where the stream waits, and takes all the rest for undelivered', async () => {
    const { send, done } = setUp({ 0: failed(3, 2) });

    expect((await send(inOrder)).undelivered).toEqual([failed(3, 6)]);
    expect(done).toEqual([0]);
  });

  test('goes on after what no invocation can carry, also where the stream waits', async () => {
    const { send, done } = setUp({ 0: failed(0, 5, 'too-large') });

    expect((await send(inOrder)).undelivered).toEqual([failed(0, 5, 'too-large')]);
    expect(done).toEqual([0, 5]);
  });

  test('tells which chunks of an event target failed, whatever became of the others', async () => {
    const { send } = setUp({ 2: failed(2, 1), 7: failed(7, 1) });

    expect((await send(event)).undelivered).toEqual([failed(2, 1), failed(7, 1)]);
  });
});
