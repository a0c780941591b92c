import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DeployedQueue } from '../../../src/assembly/deployed-queue.ts';
import type { Queue } from '../../../src/services/sqs/queue.ts';
import { createQueues } from '../../../src/services/sqs/queues.ts';
import { deployedQueue, NOON_MS, newMessage, steppedClock } from '../../factories.ts';

const DEAD = deployedQueue({ name: 'dead', retentionSeconds: 1_209_600 });
const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

let clock: ReturnType<typeof steppedClock>;

beforeEach(() => {
  clock = steppedClock();
});

function queues(part: Partial<DeployedQueue> = {}): { queue: Queue; dead: Queue } {
  const all = createQueues([deployedQueue(part), DEAD], clock);
  const [queue, dead] = all.all();
  if (queue === undefined || dead === undefined) throw new Error('There are two queues');
  return { queue, dead };
}

const bodies = (received: readonly { body: string }[]) => received.map(({ body }) => body);

function receiveOne(queue: Queue) {
  const [message] = queue.receive(1);
  if (message === undefined) throw new Error('There is no message');
  return message;
}

describe('a queue that keeps a copy', () => {
  test('gives a deleted message once more, at once and by another receipt', () => {
    const copies = [true, false];
    const [queue] = createQueues([deployedQueue()], clock, () => copies.shift() ?? false).all();
    if (queue === undefined) throw new Error('There is a queue');
    queue.send(newMessage('a'));
    const first = receiveOne(queue);
    queue.delete(first.receiptHandle);
    const again = receiveOne(queue);
    expect([again.id, again.receiveCount]).toEqual([first.id, 2]);
    queue.delete(first.receiptHandle);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    queue.delete(again.receiptHandle);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe('send', () => {
  test.each([
    ['of the queue', 60, undefined, 60],
    ['of its own', 60, 900, 900],
  ])('hides a message for the delay %s', (_, delaySeconds, own, hiddenSeconds) => {
    const { queue } = queues({ delaySeconds });
    queue.send(newMessage('a', { delaySeconds: own }));
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    clock.advance(hiddenSeconds * 1000 - 1);
    expect(queue.receive(1)).toEqual([]);
    clock.advance(1);
    expect(queue.receive(1)).toHaveLength(1);
  });

  test('shows a message at once that has a delay of 0, whatever the queue has', () => {
    const { queue } = queues({ delaySeconds: 60 });
    queue.send(newMessage('a', { delaySeconds: 0 }));
    expect(queue.receive(1)).toHaveLength(1);
  });

  test('takes as many bytes as the queue allows, attributes included', () => {
    const { queue } = queues({ maximumMessageBytes: 1024 });
    const attributes = { a: { DataType: 'Binary', BinaryValue: Buffer.alloc(17).toString('base64') } };
    queue.send(newMessage('é'.repeat(500), { attributes }));
    expect(() => queue.send(newMessage(`${'é'.repeat(500)}a`, { attributes }))).toThrow(
      'Message must be shorter than 1024 bytes.',
    );
  });
});

describe('receive', () => {
  test('gives each message with its facts, and again after the visibility timeout', () => {
    const { queue } = queues();
    const sent = queue.send(newMessage('a', { groupId: 'g' }));
    clock.advance(5);
    const first = receiveOne(queue);
    expect(first).toEqual({
      ...sent,
      receiveCount: 1,
      firstReceivedAt: NOON_MS + 5,
      receiptHandle: expect.any(String),
    });
    clock.advance(29_999);
    expect(queue.receive(10)).toEqual([]);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    clock.advance(1);
    const second = receiveOne(queue);
    expect(second).toMatchObject({
      id: sent.id,
      receiveCount: 2,
      firstReceivedAt: NOON_MS + 5,
      sentAt: NOON_MS,
    });
    expect(second.receiptHandle).not.toBe(first.receiptHandle);
  });

  test('gives no more than is asked for, the longest waiting first', () => {
    const { queue } = queues();
    for (const body of ['a', 'b', 'c']) queue.send(newMessage(body));
    expect(bodies(queue.receive(2, 10))).toEqual(['a', 'b']);
    expect(bodies(queue.receive(2))).toEqual(['c']);
    clock.advance(10_000);
    expect(bodies(queue.receive(10))).toEqual(['a', 'b']);
  });

  test('makes a message visible at once with a timeout of 0', () => {
    const { queue } = queues();
    queue.send(newMessage('a'));
    expect(queue.receive(1, 0)).toHaveLength(1);
    expect(queue.receive(1, 0)[0]?.receiveCount).toBe(2);
  });

  test('does not let a group with many messages in flight delay another', () => {
    const { queue } = queues();
    const send = (body: string, groupId?: string) => queue.send(newMessage(body, { groupId }));
    for (let index = 0; index < 50; index += 1) send('noisy', 'noisy');
    send('quiet', 'quiet');
    expect(bodies(queue.receive(3))).toEqual(['noisy', 'quiet', 'noisy']);
    send('quiet', 'other');
    send('single');
    expect(bodies(queue.receive(2))).toEqual(['quiet', 'single']);
    expect(bodies(queue.receive(1))).toEqual(['noisy']);
  });

  test('drops a message at the end of its retention, in flight or not', () => {
    const { queue } = queues({ retentionSeconds: 86_400, visibilityTimeoutSeconds: 43_200 });
    queue.send(newMessage('a'));
    queue.send(newMessage('b'));
    clock.advance(23 * HOUR_MS);
    expect(queue.receive(1)).toHaveLength(1);
    clock.advance(HOUR_MS - 1);
    expect(queue.depth()).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
    clock.advance(1);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('refuses when 120,000 messages are in flight', () => {
    const { queue } = queues();
    for (let index = 0; index <= 120_000; index += 1) queue.send(newMessage('a'));
    expect(queue.receive(120_000)).toHaveLength(120_000);
    expect(() => queue.receive(1)).toThrow(expect.objectContaining({ code: 'OverLimit' }));
  });

  test('moves a message that was received too often to the dead-letter queue, unchanged', () => {
    const { queue, dead } = queues({ redrive: { deadLetterArn: DEAD.arn, maxReceiveCount: 2 } });
    const sent = queue.send(newMessage('a', { groupId: 'g' }));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(queue.receive(1)).toHaveLength(1);
      clock.advance(30_000);
    }
    expect(queue.depth().visible).toBe(1);
    expect(dead.depth().visible).toBe(0);
    expect(queue.receive(1)).toEqual([]);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(receiveOne(dead)).toMatchObject({
      ...sent,
      receiveCount: 3,
      firstReceivedAt: NOON_MS,
      deadLetterSourceArn: queue.deployed.arn,
    });
  });

  test('counts the retention in the dead-letter queue from the time of sending', () => {
    const { queue, dead } = queues({
      retentionSeconds: 1_209_600,
      redrive: { deadLetterArn: DEAD.arn, maxReceiveCount: 1 },
    });
    queue.send(newMessage('a'));
    queue.receive(1);
    clock.advance(13 * 24 * HOUR_MS);
    queue.receive(1);
    expect(dead.depth().visible).toBe(1);
    clock.advance(24 * HOUR_MS);
    expect(dead.depth().visible).toBe(0);
  });
});

describe('receiveWithin', () => {
  test('waits for a message that is sent, falls due or is made visible', async () => {
    const { queue } = queues();
    const sent = queue.receiveWithin(20_000, 10, undefined, never);
    queue.send(newMessage('a'));
    expect(bodies(await sent)).toEqual(['a']);

    queue.send(newMessage('b', { delaySeconds: 10 }));
    const delayed = queue.receiveWithin(20_000, 10, undefined, never);
    clock.advance(10_000);
    const [b] = await delayed;
    expect(b?.body).toBe('b');

    const changed = queue.receiveWithin(10_000, 10, undefined, never);
    queue.changeVisibility(b?.receiptHandle ?? '', 0);
    expect(bodies(await changed)).toEqual(['b']);
  });

  test('brings nothing when the wait ends', async () => {
    const { queue } = queues();
    const waiting = queue.receiveWithin(20_000, 1, undefined, never);
    clock.advance(20_000);
    expect(await waiting).toEqual([]);
    expect(await queue.receiveWithin(0, 1, undefined, never)).toEqual([]);
  });

  test('ends when its signal aborts', async () => {
    const { queue } = queues();
    const controller = new AbortController();
    const waiting = queue.receiveWithin(Number.POSITIVE_INFINITY, 1, undefined, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow();
    await expect(queue.receiveWithin(1, 1, undefined, controller.signal)).rejects.toThrow();
  });
});

describe('a queue with as many messages in flight as may be', () => {
  /** Three messages, of which two are received. */
  function fullQueue() {
    const [queue] = createQueues([deployedQueue()], clock, () => false, 2).all();
    if (queue === undefined) throw new Error('There is a queue');
    for (const body of ['a', 'b', 'c']) queue.send(newMessage(body));
    const [a, b] = queue.receive(10);
    if (a === undefined || b === undefined) throw new Error('There are two messages');
    return { queue, a, b };
  }

  const overLimit = expect.objectContaining({ code: 'OverLimit', status: 403 });

  test('gives no more than these at once, and refuses a call that does not wait', async () => {
    const { queue } = fullQueue();
    expect(queue.depth()).toEqual({ visible: 1, inFlight: 2, delayed: 0 });
    expect(() => queue.receive(1)).toThrow(overLimit);
    await expect(queue.receiveWithin(0, 1, undefined, never)).rejects.toEqual(overLimit);
  });

  test('gives nothing, and no error, to a call that waits', async () => {
    const { queue } = fullQueue();
    const waiting = queue.receiveWithin(20_000, 10, undefined, never);
    queue.send(newMessage('d'));
    clock.advance(20_000);
    expect(await waiting).toEqual([]);
    expect(queue.depth()).toEqual({ visible: 2, inFlight: 2, delayed: 0 });
  });

  test.each([
    ['is deleted', (queue: Queue, handle: string) => queue.delete(handle), ['c']],
    ['is made visible', (queue: Queue, handle: string) => queue.changeVisibility(handle, 0), ['a']],
    ['is visible again', () => clock.advance(30_000), ['c', 'a']],
  ] as const)('gives the next message to a waiting call once one %s', async (_, change, expected) => {
    const { queue, a } = fullQueue();
    const waiting = queue.receiveWithin(60_000, 10, undefined, never);
    change(queue, a.receiptHandle);
    expect(bodies(await waiting)).toEqual(expected);
  });

  test('counts no message that is delayed', () => {
    const [queue] = createQueues([deployedQueue()], clock, () => false, 1).all();
    queue?.send(newMessage('later', { delaySeconds: 60 }));
    queue?.send(newMessage('now'));
    expect(bodies(queue?.receive(1) ?? [])).toEqual(['now']);
    expect(() => queue?.receive(1)).toThrow(overLimit);
  });
});

describe('delete', () => {
  test('deletes by the last handle only, in flight or not', () => {
    const { queue } = queues();
    queue.send(newMessage('a'));
    const old = receiveOne(queue).receiptHandle;
    clock.advance(30_000);
    const last = receiveOne(queue).receiptHandle;
    queue.delete(old);
    expect(queue.depth().inFlight).toBe(1);
    clock.advance(30_000);
    queue.delete(last);
    queue.delete(last);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('refuses text that is not a handle, and the handle of another queue', () => {
    const { queue, dead } = queues();
    queue.send(newMessage('a'));
    const { receiptHandle } = receiveOne(queue);
    const invalid = expect.objectContaining({ code: 'ReceiptHandleIsInvalid' });
    expect(() => queue.delete('abc')).toThrow(invalid);
    expect(() => dead.delete(receiptHandle)).toThrow(invalid);
  });
});

describe('changeVisibility', () => {
  test('counts the new timeout from now, for this receipt only', () => {
    const { queue } = queues();
    queue.send(newMessage('a'));
    const { receiptHandle } = receiveOne(queue);
    clock.advance(15_000);
    queue.changeVisibility(receiptHandle, 900);
    clock.advance(899_999);
    expect(queue.receive(1)).toEqual([]);
    clock.advance(1);
    expect(queue.receive(1)).toHaveLength(1);
    clock.advance(30_000);
    expect(queue.receive(1)).toHaveLength(1);
  });

  test('refuses a message that is not in flight by the handle', () => {
    const { queue } = queues();
    queue.send(newMessage('a'));
    const { receiptHandle } = receiveOne(queue);
    clock.advance(30_000);
    expect(() => queue.changeVisibility(receiptHandle, 1)).toThrow(
      expect.objectContaining({ code: 'MessageNotInflight' }),
    );
    receiveOne(queue);
    expect(() => queue.changeVisibility(receiptHandle, 1)).toThrow(
      'Reason: Message does not exist or is not available for visibility timeout change.',
    );
  });

  test('refuses to hide a message for more than 12 hours from its receipt', () => {
    const { queue } = queues();
    queue.send(newMessage('a'));
    const { receiptHandle } = receiveOne(queue);
    clock.advance(1000);
    expect(() => queue.changeVisibility(receiptHandle, 43_200)).toThrow(
      'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
    );
    queue.changeVisibility(receiptHandle, 43_199);
    clock.advance(12 * HOUR_MS - 1001);
    expect(queue.depth().inFlight).toBe(1);
  });
});

describe('purge', () => {
  test('deletes all, and once a minute', () => {
    const { queue } = queues();
    queue.send(newMessage('a'));
    queue.send(newMessage('b', { delaySeconds: 10 }));
    queue.receive(1);
    queue.purge();
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    clock.advance(59_999);
    expect(() => queue.purge()).toThrow(expect.objectContaining({ code: 'PurgeQueueInProgress' }));
    clock.advance(1);
    queue.purge();
  });
});

describe('Queue', () => {
  test('accounts for every message: visible, delayed, in flight, dead-lettered or deleted', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        delaySeconds: fc.integer({ min: 0, max: 60 }),
        groupId: fc.constantFrom(undefined, 'a', 'b'),
      }),
      fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
      fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }),
      fc.record({
        kind: fc.constant('change' as const),
        at: fc.nat(),
        seconds: fc.integer({ min: 0, max: 100 }),
      }),
      fc.record({ kind: fc.constant('advance' as const), seconds: fc.integer({ min: 0, max: 60 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.integer({ min: 1, max: 3 }),
        (steps, maxReceiveCount) => {
          const { queue, dead } = queues({ redrive: { deadLetterArn: DEAD.arn, maxReceiveCount } });
          const sent = new Set<string>();
          const deleted = new Set<string>();
          const receipts: { id: string; receiptHandle: string }[] = [];
          for (const action of steps) {
            if (action.kind === 'send') sent.add(queue.send(newMessage('a', action)).id);
            if (action.kind === 'advance') clock.advance(action.seconds * 1000);
            if (action.kind === 'receive') {
              const received = queue.receive(action.max);
              for (const { receiveCount, id } of received) {
                expect(receiveCount).toBeLessThanOrEqual(maxReceiveCount);
                expect(deleted.has(id)).toBe(false);
              }
              receipts.push(...received);
            }
            const receipt = 'at' in action ? receipts[action.at % receipts.length] : undefined;
            if (receipt !== undefined) {
              const before = queue.depth();
              if (action.kind === 'change') {
                try {
                  queue.changeVisibility(receipt.receiptHandle, action.seconds);
                } catch {
                  expect(queue.depth()).toEqual(before);
                }
              } else {
                queue.delete(receipt.receiptHandle);
                const { visible, inFlight, delayed } = queue.depth();
                if (visible + inFlight + delayed < before.visible + before.inFlight + before.delayed)
                  deleted.add(receipt.id);
              }
            }
            const { visible, inFlight, delayed } = queue.depth();
            expect(visible + inFlight + delayed + dead.depth().visible + deleted.size).toBe(sent.size);
          }
          clock.advance(900_000);
          queue.receive(10_000);
          const ends = [...queue.receive(10_000), ...dead.receive(10_000)].map(({ id }) => id);
          expect(ends.every((id) => sent.has(id) && !deleted.has(id))).toBe(true);
        },
      ),
    );
  });
});
