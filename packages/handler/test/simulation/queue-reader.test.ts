import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Environments, InvocationRequest, Outcome } from '../../simulation/environments.ts';
import { createQueue } from '../../simulation/queue.ts';
import { readQueue } from '../../simulation/queue-reader.ts';
import { createRandom } from '../../simulation/random.ts';
import { createVirtualTime } from '../../simulation/virtual-time.ts';

const VISIBILITY_TIMEOUT_MS = 360_000;

/** A queue that is read by a function which takes a second. */
function setUp(
  answer: (bodies: string[], call: number) => Outcome | { failing: string[] },
  stopsLoops = true,
) {
  const time = createVirtualTime(0);
  const random = createRandom(1, 'queue');
  const common = {
    time,
    random,
    place: { name: 'queue', url: 'https://queue', arn: 'arn:queue' },
    holdings: { read: () => undefined },
    plan: { maxReceiveCount: 16, inFlight: 1_000, duplicates: 0, maximumConcurrency: 2 },
    visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS,
  };
  const deadLetters = createQueue({ ...common, holder: 'dead letters' });
  const queue = createQueue({ ...common, holder: 'queue', deadLetters });
  const requests: (InvocationRequest & { bodies: string[] })[] = [];
  let running = 0;
  let mostRunning = 0;
  const environments: Pick<Environments, 'invoke'> = {
    invoke(request, done) {
      const { Records } = request.event as SQSEvent;
      const bodies = Records.map(({ body }) => body);
      requests.push({ ...request, bodies });
      mostRunning = Math.max(mostRunning, ++running);
      const answered = answer(bodies, requests.length - 1);
      const failures = 'failing' in answered ? answered.failing : [];
      const failed = Records.filter(({ body }) => failures.includes(body));
      const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
      time.after(1_000, () => {
        running -= 1;
        done('failing' in answered ? { status: 'done', response: { batchItemFailures } } : answered);
      });
    },
  };
  readQueue({
    queue,
    environments: environments as Environments,
    time,
    random,
    maximumConcurrency: common.plan.maximumConcurrency,
    visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS,
    stopsLoops,
  });
  const send = (body: string, lineage = 0) => queue.send({ body, group: 'group', delaySeconds: 0, lineage });
  return { time, queue, deadLetters, requests, send, mostRunning: () => mostRunning };
}

describe('readQueue', () => {
  test('deletes what the function took, and brings what it reported again', async () => {
    const { time, queue, requests, send } = setUp((_, call) => ({ failing: call === 0 ? ['bad'] : [] }));
    send('good');
    send('bad');

    await time.runUntil(10_000);
    expect(queue.count()).toBe(1);
    await time.runUntil(VISIBILITY_TIMEOUT_MS + 10_000);
    expect(requests.at(-1)?.bodies).toEqual(['bad']);
    expect(queue.count()).toBe(0);
  });

  test('brings all messages of a batch again on which the function failed', async () => {
    const { time, queue, send } = setUp(() => ({ status: 'failed', reason: 'It threw' }));
    send('first');
    send('second');

    await time.runUntil(10_000);

    expect(queue.count()).toBe(2);
  });

  test('invokes the function at most so many times at once, with ten messages each', async () => {
    const { time, queue, requests, send, mostRunning } = setUp(() => ({ failing: [] }));
    for (let index = 0; index < 95; index++) send(`message ${index}`);

    await time.runUntil(60_000);

    expect(mostRunning()).toBe(2);
    expect(Math.max(...requests.map(({ bodies }) => bodies.length))).toBe(10);
    expect(queue.count()).toBe(0);
  });

  test('invokes a function that is throttled again with the same messages', async () => {
    const { time, queue, requests, send } = setUp((_, call) =>
      call < 3 ? { status: 'throttled' } : { failing: [] },
    );
    send('message');

    await time.runUntil(60_000);

    expect(requests).toHaveLength(4);
    expect(queue.count()).toBe(0);
  });

  test('hands on the longest chain of its messages, and stops a chain of 16', async () => {
    const { time, queue, deadLetters, requests, send } = setUp(() => ({ failing: [] }));
    for (const lineage of [3, 15, 16]) send(`chain of ${lineage}`, lineage);

    await time.runUntil(10_000);

    expect(requests.flatMap(({ bodies }) => bodies).sort()).toEqual(['chain of 15', 'chain of 3']);
    expect(Math.max(...requests.map(({ lineage }) => lineage))).toBe(16);
    expect(queue.stats.stopped).toBe(1);
    expect(deadLetters.count()).toBe(1);
  });

  test('stops no chain where loops are allowed', async () => {
    const { time, queue, requests, send } = setUp(() => ({ failing: [] }), false);
    send('chain of 40', 40);

    await time.runUntil(10_000);

    expect(requests).toHaveLength(1);
    expect(queue.stats.stopped).toBe(0);
  });
});
