import { describe, expect, test } from 'vitest';
import { createQueues } from '../../../src/services/sqs/queues.ts';
import { deployedQueue, instantClock, newMessage } from '../../factories.ts';

describe('createQueues', () => {
  test('finds a queue by its ARN', () => {
    const orders = deployedQueue();
    const queues = createQueues([orders, deployedQueue({ name: 'other' })], instantClock());
    expect(queues.find(orders.arn)?.deployed).toBe(orders);
    expect(queues.find(`${orders.arn}-none`)).toBeUndefined();
    expect(queues.all().map(({ deployed }) => deployed.name)).toEqual(['orders', 'other']);
  });

  test('moves messages from each queue to its dead-letter queue, and on to the next', () => {
    const last = deployedQueue({ name: 'c' });
    const second = deployedQueue({ name: 'b', redrive: { deadLetterArn: last.arn, maxReceiveCount: 1 } });
    const first = deployedQueue({ name: 'a', redrive: { deadLetterArn: second.arn, maxReceiveCount: 1 } });
    const queues = createQueues([first, second, last], instantClock());
    queues.find(first.arn)?.send(newMessage('a'));
    for (const { arn } of [first, first, second, second]) queues.find(arn)?.receive(1, 0);
    expect(queues.find(last.arn)?.receive(1)).toEqual([
      expect.objectContaining({ receiveCount: 3, deadLetterSourceArn: second.arn }),
    ]);
  });

  test('ends waiting calls when it stops', async () => {
    const queues = createQueues([deployedQueue()], instantClock());
    const waiting = queues.all()[0]?.receiveWithin(Number.POSITIVE_INFINITY, 1, undefined, queues.signal);
    queues.stop();
    await expect(waiting).rejects.toThrow();
  });

  test('changes the attributes of a queue that it has, and keeps its messages', () => {
    const queues = createQueues(
      [deployedQueue({ name: 'orders', visibilityTimeoutSeconds: 30 })],
      instantClock(),
    );
    const [orders] = queues.all();
    orders?.send(newMessage('hello'));
    queues.deploy([
      deployedQueue({ name: 'orders', visibilityTimeoutSeconds: 60 }),
      deployedQueue({ name: 'more' }),
    ]);
    expect(queues.all().map(({ deployed }) => [deployed.name, deployed.visibilityTimeoutSeconds])).toEqual([
      ['orders', 60],
      ['more', 30],
    ]);
    expect(queues.find(orders?.deployed.arn ?? '')?.messages()).toMatchObject([{ body: 'hello' }]);
  });
});
