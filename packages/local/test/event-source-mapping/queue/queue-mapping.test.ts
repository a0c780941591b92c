import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeployedQueue } from '../../../src/assembly/deployed-queue.ts';
import type { DeployedQueueMapping } from '../../../src/assembly/deployed-queue-mapping.ts';
import type { QueueEventRecord } from '../../../src/event-source-mapping/queue/queue-event.ts';
import { createQueueMapping } from '../../../src/event-source-mapping/queue/queue-mapping.ts';
import { createQueueReader } from '../../../src/event-source-mapping/queue/queue-reader.ts';
import type { Invocation, InvocationResult } from '../../../src/services/lambda/invocation.ts';
import { recursionError } from '../../../src/services/lambda/recursion.ts';
import type { Queue } from '../../../src/services/sqs/queue.ts';
import { createQueues } from '../../../src/services/sqs/queues.ts';
import { AwsError } from '../../../src/shared/aws-error.ts';
import {
  allow,
  deployedQueue,
  deployedQueueMapping,
  mappingMonitor,
  newMessage,
  policy,
  roleSession,
  SOURCE,
  steppedClock,
} from '../../factories.ts';

type Invoke = (records: QueueEventRecord[]) => Partial<InvocationResult> | Promise<Partial<InvocationResult>>;

const worker = roleSession(SOURCE, 'worker', policy(allow('sqs:*', '*')));
const DEAD = deployedQueue({ name: 'dead' });
const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };

let clock: ReturnType<typeof steppedClock>;
let running: ReturnType<typeof createQueueMapping>[];
let problems: string[];
let invocations: Invocation[];

beforeEach(() => {
  clock = steppedClock();
  running = [];
  problems = [];
  invocations = [];
});

afterEach(() => Promise.all(running.map((mapping) => mapping.stop())));

function start(
  invoke: Invoke,
  mapping: Partial<DeployedQueueMapping> = {},
  part: Partial<DeployedQueue> = {},
): { queue: Queue; dead: Queue } {
  const [queue, dead] = createQueues([deployedQueue(part), DEAD], clock).all();
  if (queue === undefined || dead === undefined) throw new Error('There are two queues');
  const runner = createQueueMapping({
    mapping: deployedQueueMapping(mapping),
    reader: createQueueReader(queue, worker),
    functionTimeoutSeconds: 30,
    async invoke(invocation) {
      invocations.push(invocation);
      return { payload: 'null', ...(await invoke(recordsOf(invocation))) };
    },
    clock,
    onProblem: (message) => problems.push(message),
    monitor: mappingMonitor(deployedQueueMapping(mapping)),
  });
  running.push(runner);
  void runner.start();
  return { queue, dead };
}

const recordsOf = (invocation: Invocation) => (invocation.event as { Records: QueueEventRecord[] }).Records;
const bodies = () => invocations.map((invocation) => recordsOf(invocation).map(({ body }) => body));
const settled = () => new Promise((resolve) => setImmediate(resolve));
const failing = (...failed: string[]): Invoke => {
  return (records) => ({
    payload: JSON.stringify({
      batchItemFailures: records
        .filter(({ body }) => failed.includes(body))
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }),
  });
};

describe('createQueueMapping', () => {
  test('invokes the function with what the queue holds, and deletes what it takes', async () => {
    const { queue } = start(() => ({}));
    for (const body of ['a', 'b']) queue.send(newMessage(body));
    await settled();
    expect(bodies()).toEqual([['a', 'b']]);
    expect(invocations[0]).toMatchObject({
      invokedArn: deployedQueueMapping().functionArn,
      invocationType: 'RequestResponse',
    });
    expect(queue.depth()).toEqual(EMPTY);
  });

  test('brings reported messages again after the visibility timeout, and at last into the dead-letter queue', async () => {
    const { queue, dead } = start(
      failing('bad'),
      {},
      { redrive: { deadLetterArn: DEAD.arn, maxReceiveCount: 2 } },
    );
    for (const body of ['good', 'bad']) queue.send(newMessage(body));
    await settled();
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    clock.advance(30_000);
    await settled();
    expect(bodies()).toEqual([['good', 'bad'], ['bad']]);
    clock.advance(30_000);
    await settled();
    expect(invocations).toHaveLength(2);
    expect(queue.depth()).toEqual(EMPTY);
    expect(dead.depth().visible).toBe(1);
  });

  test('leaves a message hidden for as long as the function has hidden it', async () => {
    const { queue } = start(async (records) => {
      for (const { receiptHandle } of records) queue.changeVisibility(receiptHandle, 900);
      return failing('bad')(records);
    });
    queue.send(newMessage('bad'));
    await settled();
    clock.advance(899_999);
    await settled();
    expect(invocations).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(invocations).toHaveLength(2);
  });

  test('brings the complete batch again when the function fails', async () => {
    const { queue } = start(() => ({ payload: '{"errorMessage":"no"}', functionError: 'Unhandled' }));
    for (const body of ['a', 'b']) queue.send(newMessage(body));
    await settled();
    clock.advance(30_000);
    await settled();
    expect(bodies()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test.each([
    [undefined, 5],
    [2, 2],
  ])(
    'has with a maximum concurrency of %s no more than %d batches at the function at once',
    async (maximumConcurrency, expected) => {
      const ends: (() => void)[] = [];
      const invoke = () => new Promise<object>((resolve) => ends.push(() => resolve({})));
      const { queue } = start(invoke, { batchSize: 1, maximumConcurrency });
      for (let index = 0; index < 8; index += 1) queue.send(newMessage('a'));
      await settled();
      expect(ends).toHaveLength(expected);
      expect(queue.depth()).toEqual({ visible: 8 - expected, inFlight: expected, delayed: 0 });
      ends[0]?.();
      await settled();
      expect(ends).toHaveLength(expected + 1);
    },
  );

  test('invokes a throttled function again, with growing pauses, until its messages are visible again', async () => {
    let throttled = true;
    const { queue } = start(() => {
      if (throttled) throw new AwsError('TooManyRequestsException', 'Rate Exceeded', 429);
      return {};
    });
    queue.send(newMessage('a'));
    await settled();
    for (const [ms, count] of [
      [200, 2],
      [399, 2],
      [1, 3],
      [800, 4],
    ] as const) {
      clock.advance(ms);
      await settled();
      expect(invocations).toHaveLength(count);
    }
    const asked = async (receipt: string) => {
      for (let second = 0; second < 30; second += 1) {
        clock.advance(1000);
        await settled();
      }
      return invocations.filter((one) => recordsOf(one)[0]?.attributes.ApproximateReceiveCount === receipt)
        .length;
    };
    const first = await asked('1');
    expect(await asked('2')).toBeGreaterThan(2);
    expect(await asked('1')).toBe(first);
    throttled = false;
    await vi.waitFor(async () => {
      clock.advance(10_000);
      await settled();
      expect(queue.depth()).toEqual(EMPTY);
    });
    expect(problems).toEqual([]);
  });

  test('reports a batch that cannot be invoked, and leaves it to the visibility timeout', async () => {
    const { queue } = start(() => {
      throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
    });
    queue.send(newMessage('a'));
    await settled();
    expect(problems).toEqual([
      `A batch of 1 messages of ${queue.deployed.arn} failed: AwsError: Function not found`,
    ]);
    expect(queue.depth().inFlight).toBe(1);
  });

  test('hands on the trace headers of its messages, and the queue that they come from', async () => {
    const { queue } = start(() => ({}));
    for (const traceHeader of ['Root=1', undefined, 'Root=2']) queue.send(newMessage('a', { traceHeader }));
    await settled();
    expect(invocations).toHaveLength(1);
    expect(invocations[0]).toMatchObject({ causes: ['Root=1', 'Root=2'], queueArn: queue.deployed.arn });
  });

  test('leaves a batch that Lambda stops to the visibility timeout and the redrive policy, and reports it no second time', async () => {
    const { queue, dead } = start(
      () => {
        throw recursionError();
      },
      {},
      { redrive: { deadLetterArn: DEAD.arn, maxReceiveCount: 2 } },
    );
    queue.send(newMessage('a'));
    for (let receipts = 0; receipts < 2; receipts += 1) {
      await settled();
      expect(queue.depth().inFlight).toBe(1);
      clock.advance(30_000);
    }
    await settled();
    expect(invocations).toHaveLength(2);
    expect([queue.depth(), dead.depth().visible]).toEqual([EMPTY, 1]);
    expect(problems).toEqual([]);
  });

  test('reports a queue that cannot be polled, and goes on', async () => {
    const { queue } = start(failing('a'), { batchSize: 10 }, { visibilityTimeoutSeconds: 43_200 });
    await settled();
    const receive = vi.spyOn(queue, 'receive').mockImplementationOnce(() => {
      throw new AwsError('OverLimit', 'Too many messages in flight', 403);
    });
    queue.send(newMessage('a'));
    await settled();
    expect(problems).toEqual([
      `Queue ${queue.deployed.arn} cannot be polled: AwsError: Too many messages in flight`,
    ]);
    receive.mockRestore();
    clock.advance(1000);
    await settled();
    expect(invocations).toHaveLength(1);
  });

  test('stops while the function is still at work, and leaves the messages', async () => {
    const { queue } = start(() => new Promise(() => {}));
    queue.send(newMessage('a'));
    await settled();
    await running[0]?.stop();
    queue.send(newMessage('b'));
    await settled();
    expect(invocations).toHaveLength(1);
    expect(queue.depth()).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
    expect(problems).toEqual([]);
  });

  test('is refused when messages come again before the function times out', () => {
    expect(() => start(() => ({}), {}, { visibilityTimeoutSeconds: 29 })).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterValueException',
        message: `Invalid request provided: Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds (route-orders-Retry, ${deployedQueue().arn})`,
      }),
    );
  });

  test('waits for the function when it is drained, and deletes what it took', async () => {
    const gate = Promise.withResolvers<object>();
    const { queue } = start(() => gate.promise);
    queue.send(newMessage('a'));
    await settled();
    const [runner] = running;
    const drained = runner?.drain();
    queue.send(newMessage('later'));
    gate.resolve({});
    await drained;
    expect(bodies()).toEqual([['a']]);
    expect(queue.messages()).toMatchObject([{ body: 'later' }]);
    expect(problems).toEqual([]);
  });
});
