import { beforeEach, describe, expect, test } from 'vitest';
import {
  type BatchedMessage,
  createQueueBatches,
  type QueueBatches,
} from '../../../src/event-source-mapping/queue/queue-batches.ts';
import { createQueue, type Queue } from '../../../src/services/sqs/queue.ts';
import { deployedQueue, NOON_MS, newMessage, steppedClock } from '../../factories.ts';

const never = new AbortController().signal;
let clock: ReturnType<typeof steppedClock>;
let queue: Queue;

beforeEach(() => {
  clock = steppedClock();
  queue = createQueue(deployedQueue(), { clock });
});

function batches(batchSize: number, batchWindowSeconds = 0): QueueBatches {
  const reader = {
    arn: queue.deployed.arn,
    receive: (waitMs: number, max: number, signal: AbortSignal) =>
      queue.receiveWithin(waitMs, max, undefined, signal),
  };
  return createQueueBatches(reader, { batchSize, batchWindowSeconds }, clock);
}

function send(count: number, body = 'a'): void {
  for (let index = 0; index < count; index += 1) queue.send(newMessage(body));
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const size = (batch: readonly BatchedMessage[]) => batch.length;

describe('createQueueBatches', () => {
  test('takes what there is, up to the size of a batch', async () => {
    send(5);
    const gathered = batches(3);
    expect(size(await gathered(never))).toBe(3);
    const rest = await gathered(never);
    expect(rest.map(({ record, receivedAt }) => [record.body, receivedAt])).toEqual([
      ['a', NOON_MS],
      ['a', NOON_MS],
    ]);
    const next = gathered(never);
    send(1);
    expect(size(await next)).toBe(1);
  });

  test('waits for a full batch as long as the window, from its first message on', async () => {
    const gathered = batches(100, 5);
    const first = gathered(never);
    clock.advance(60_000);
    send(1);
    await settled();
    clock.advance(4_999);
    send(30);
    await settled();
    let ended = false;
    void first.then(() => {
      ended = true;
    });
    await settled();
    expect(ended).toBe(false);
    clock.advance(1);
    expect(size(await first)).toBe(31);
  });

  test('ends the wait with a full batch', async () => {
    const gathered = batches(12, 300);
    const first = gathered(never);
    send(13);
    expect(size(await first)).toBe(12);
    expect(queue.depth()).toEqual({ visible: 1, inFlight: 12, delayed: 0 });
  });

  test('cuts a batch at 6 MB as sent, and keeps the rest for the next', async () => {
    // Each quotation mark takes two bytes in the event.
    send(10, '"'.repeat(500_000));
    const gathered = batches(10);
    const batch = await gathered(never);
    expect(size(batch)).toBe(6);
    const bytes = Buffer.byteLength(JSON.stringify({ Records: batch.map(({ record }) => record) }));
    expect(bytes).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(bytes + (batch[0]?.bytes ?? 0)).toBeGreaterThan(6 * 1024 * 1024);
    expect(size(await gathered(never))).toBe(4);
  });

  test('does not wait for more than 6 MB', async () => {
    send(10, 'a'.repeat(1_000_000));
    expect(size(await batches(100, 300)(never))).toBe(6);
  });

  test('ends when its signal aborts', async () => {
    const controller = new AbortController();
    const waiting = batches(1)(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow();
  });
});
