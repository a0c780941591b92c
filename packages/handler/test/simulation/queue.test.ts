import { describe, expect, test } from 'vitest';
import { createQueue } from '../../simulation/queue.ts';
import { createRandom } from '../../simulation/random.ts';
import { createVirtualTime } from '../../simulation/virtual-time.ts';

const SECOND = 1_000;

function setUp(options: { maxReceiveCount?: number; inFlight?: number; duplicates?: number } = {}) {
  const { maxReceiveCount = 3, inFlight = 100, duplicates = 0 } = options;
  const time = createVirtualTime(0);
  const common = {
    time,
    random: createRandom(1, 'queue'),
    holdings: { read: () => undefined },
    plan: { maxReceiveCount, inFlight, duplicates, maximumConcurrency: 5 },
    visibilityTimeoutMs: 30 * SECOND,
  };
  const place = { name: 'queue', url: 'https://queue', arn: 'arn:queue' };
  const deadLetters = createQueue({ ...common, place, holder: 'dead letters' });
  const queue = createQueue({ ...common, place, holder: 'queue', deadLetters });
  const send = (body: string, group = 'group', delaySeconds = 0) =>
    queue.send({ body, group, delaySeconds, lineage: 0 });
  const receive = (count = 10) => queue.receive(count, 1e6);
  const bodies = (count?: number) => receive(count).map(({ message }) => message.body);
  return { time, queue, deadLetters, send, receive, bodies };
}

describe('createQueue', () => {
  test('gives a message out once its delay is over', async () => {
    const { time, send, bodies } = setUp();
    send('delayed', 'group', 20);
    send('at once');
    expect(bodies()).toEqual(['at once']);

    await time.runUntil(19 * SECOND);
    expect(bodies()).toEqual([]);
    await time.runUntil(20 * SECOND);
    expect(bodies()).toEqual(['delayed']);
  });

  test('gives a message out again when its visibility timeout is over, unless it was deleted or is hidden for longer', async () => {
    const { time, queue, send, receive } = setUp();
    for (const body of ['kept', 'deleted', 'hidden']) send(body);
    for (const { message, receiptHandle } of receive()) {
      if (message.body === 'deleted') queue.delete(receiptHandle);
      if (message.body === 'hidden') queue.hide(receiptHandle, 100);
    }

    await time.runUntil(31 * SECOND);
    const again = receive();
    expect(again.map(({ message, receiveCount }) => [message.body, receiveCount])).toEqual([['kept', 2]]);
    await time.runUntil(100 * SECOND);
    expect(receive().map(({ message }) => message.body)).toContain('hidden');
  });

  test('moves a message to the dead-letter queue after its last receive', async () => {
    const { time, queue, deadLetters, send, bodies } = setUp({ maxReceiveCount: 2 });
    send('poison');
    for (const at of [0, 31, 62]) {
      await time.runUntil(at * SECOND);
      expect(bodies()).toEqual(at === 62 ? [] : ['poison']);
    }

    expect(queue.count()).toBe(0);
    expect(deadLetters.count()).toBe(1);
    expect(queue.stats.deadLettered).toBe(1);
  });

  test('gives nothing out while as many are in flight as there may be', async () => {
    const { queue, send, receive, bodies } = setUp({ inFlight: 2 });
    for (const body of ['first', 'second', 'third']) send(body);
    const [first] = receive();
    expect(bodies()).toEqual([]);
    expect(queue.stats.mostInFlight).toBe(2);

    queue.delete(first?.receiptHandle ?? '');
    expect(bodies()).toEqual(['third']);
  });

  test('prefers groups with few messages in flight', () => {
    const { send, bodies } = setUp();
    for (const body of ['a1', 'a2', 'a3', 'a4']) send(body, 'a');
    expect(bodies(2)).toEqual(['a1', 'a2']);
    send('b1', 'b');
    expect(bodies(2)).toEqual(['b1', 'a3']);
  });

  test('gives a message out twice, where it is to', async () => {
    const { time, queue, send, receive } = setUp({ duplicates: 1 });
    send('message');
    const [received] = receive();
    queue.delete(received?.receiptHandle ?? '');

    await time.runUntil(30 * SECOND);
    expect(receive().map(({ isDuplicate, message }) => [isDuplicate, message.body])).toEqual([
      [true, 'message'],
    ]);
  });

  test('refuses a delay over 900 s, a message over 1 MiB and a receipt that is out of date', async () => {
    const { time, queue, send, receive } = setUp();
    expect(() => send('message', 'group', 901)).toThrow();
    expect(() => send('m'.repeat(1024 * 1024 + 1))).toThrow();
    send('message');
    const [received] = receive();
    await time.runUntil(31 * SECOND);
    receive();
    expect(() => queue.hide(received?.receiptHandle ?? '', 10)).toThrow();
  });
});
