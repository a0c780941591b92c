import type { Target } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { createBreaker } from '../../src/delivery/breaker.ts';
import { createDeliver } from '../../src/delivery/deliver.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import type { FailureClass } from '../../src/delivery/failure-class.ts';
import { createPace } from '../../src/delivery/pace.ts';
import { endless } from '../../src/delivery/patience.ts';
import type { ChunkFailure } from '../../src/delivery/send-chunk.ts';
import { targetKey } from '../../src/delivery/target-key.ts';
import type { Chunk } from '../../src/records/pack.ts';
import { deadline, fakeClock, kinesisRecords, shipment, target } from '../factories.ts';

const waiting = target({ invocation: 'request-response', onFailure: 'park' });
const inOrder = target({ invocation: 'request-response', onFailure: 'block' });
const event = target({ invocation: 'event', onFailure: 'park' });

function failure(failedFrom: number, failureClass: FailureClass = 'refused', calls = 1): ChunkFailure {
  return { failure: { class: failureClass, reason: 'reason' }, failedFrom, calls };
}

type Answer = (first: number, count: number) => ChunkFailure | undefined;

/** Notes each chunk that is sent as `first+count`. */
function setUp(answer: Answer = () => undefined) {
  const clock = fakeClock();
  const breaker = createBreaker(clock.now, () => 0);
  const pace = createPace();
  const sent: string[] = [];
  const underWay = { now: 0, most: 0 };
  const deliver = createDeliver({
    breaker,
    pace,
    clock,
    sendChunk: async ({ onCall, target: to }, { first, count }: Chunk) => {
      sent.push(`${first}+${count}`);
      underWay.most = Math.max(underWay.most, ++underWay.now);
      onCall(first);
      await new Promise((next) => setImmediate(next));
      underWay.now -= 1;
      const failed = answer(first, count);
      const delivered = (failed?.failedFrom ?? first + count) - first;
      if (failed?.failure.class === 'unavailable') breaker.targetFailed(targetKey(to), failed.failure);
      else breaker.answered(targetKey(to), { delivered, failed: 0 });
      return failed;
    },
  });
  const send = (to: Target, options: { count?: number; bytes?: number } & Partial<Delivery> = {}) => {
    const { count = 8, bytes = 10, ...rest } = options;
    const delivery = {
      route: 'orders',
      deadline: deadline(),
      patience: endless,
      failedBefore: false,
      keepsOrder: to.onFailure === 'block',
      ...rest,
    };
    return deliver(delivery, to, shipment(kinesisRecords(count, bytes)));
  };
  const ranges = async (sending: ReturnType<typeof send>) =>
    (await sending).undelivered.map(
      ({ first, count, failure: { class: name }, calls }) => `${first}+${count} ${name} ${calls}`,
    );
  return { send, sent, ranges, underWay, breaker, pace, clock };
}

/** A function that throws when it is given one of these records. */
const throwsOn =
  (...poison: number[]): Answer =>
  (first, count) =>
    poison.some((index) => index >= first && index < first + count)
      ? failure(first, 'function-error')
      : undefined;

/** A function that reports the first of these records that it is given. */
const reports =
  (...poison: number[]): Answer =>
  (first, count) => {
    const found = poison.find((index) => index >= first && index < first + count);
    return found === undefined ? undefined : failure(found, 'reported');
  };

describe('createDeliver', () => {
  test('sends the chunks for a request-response target one after another', async () => {
    const { send, sent, underWay } = setUp();

    expect(await send(waiting, { count: 9, bytes: 800_000 })).toEqual({
      undelivered: [],
      invokeLatency: [0, 5],
    });
    expect(sent).toEqual(['0+5', '5+4']);
    expect(underWay.most).toBe(1);
  });

  test('sends the chunks for an event target at once, and reports each that failed', async () => {
    const { send, ranges, underWay } = setUp((first) => (first === 2 ? failure(2) : undefined));

    expect(await ranges(send(event, { count: 9, bytes: 800_000 }))).toEqual(['2+1 refused 1']);
    expect(underWay.most).toBe(9);
  });

  test('sends records on which the function failed before one by one', async () => {
    const { send, sent, ranges } = setUp(throwsOn(1));

    expect(await ranges(send(waiting, { count: 3, failedBefore: true }))).toEqual(['1+1 function-error 1']);
    expect(sent).toEqual(['0+1', '1+1', '2+1']);
  });

  describe('with block', () => {
    test('stops at a failure, and counts the rest as undelivered', async () => {
      const { send, sent, ranges } = setUp(reports(3));

      expect(await ranges(send(inOrder, { count: 9, bytes: 800_000 }))).toEqual(['3+6 reported 1']);
      expect(sent).toEqual(['0+5']);
    });

    test('goes on after what no invocation can carry', async () => {
      const { send, sent, ranges } = setUp((first) => (first === 0 ? failure(0, 'too-large') : undefined));

      expect(await ranges(send(inOrder, { count: 9, bytes: 800_000 }))).toEqual(['0+1 too-large 1']);
      expect(sent).toEqual(['0+5', '0+3', '0+2', '0+1', '1+1', '2+1', '3+2', '5+4']);
    });

    test('sends nothing after a failure while it halves a chunk that is too large', async () => {
      const { send, sent, ranges } = setUp((first, count) => {
        if (count > 2) return failure(first, 'too-large');
        return first === 2 ? failure(first, 'unavailable') : undefined;
      });

      expect(await ranges(send(inOrder, { count: 8 }))).toEqual(['2+6 unavailable 1']);
      expect(sent).toEqual(['0+8', '0+4', '0+2', '2+2']);
    });
  });

  describe('with event', () => {
    const queued = target({ invocation: 'event', onFailure: 'park' });

    test('halves a chunk that the target finds too large', async () => {
      const { send, sent, ranges } = setUp((first, count) =>
        first <= 3 && first + count > 3 ? failure(first, 'too-large') : undefined,
      );

      expect(await ranges(send(queued))).toEqual(['3+1 too-large 1']);
      expect(sent).toEqual(['0+8', '0+4', '0+2', '2+2', '2+1', '3+1', '4+4']);
    });

    test('probes a target that fails with one chunk, and sends the others once it answers', async () => {
      const { send, sent, ranges, breaker } = setUp();
      breaker.targetFailed(targetKey(queued), { class: 'deadline', reason: 'no answer' });

      expect(await ranges(send(queued, { count: 9, bytes: 200_000 }))).toEqual([]);
      expect(sent[0]).toBe('0+3');
      expect(sent.slice(1).sort()).toEqual(['3+3', '6+3']);
    });

    test('probes a target that fails with the one chunk that there is', async () => {
      const { send, sent, ranges, breaker } = setUp();
      breaker.targetFailed(targetKey(queued), { class: 'deadline', reason: 'no answer' });

      expect(await ranges(send(queued))).toEqual([]);
      expect(sent).toEqual(['0+8']);
    });

    test('sends no record of a chunk that is too large after one that a target with block lacks', async () => {
      const { send, sent, ranges } = setUp((first, count) => {
        if (count > 2) return failure(first, 'too-large');
        return first === 2 ? failure(first, 'unavailable') : undefined;
      });

      expect(await ranges(send({ ...queued, onFailure: 'block' }))).toEqual([
        '2+2 unavailable 1',
        '4+4 unavailable 0',
      ]);
      expect(sent).toEqual(['0+8', '0+4', '0+2', '2+2']);
    });

    test('leaves the others when the probe fails', async () => {
      const { send, sent, ranges, breaker } = setUp((first) => failure(first, 'unavailable'));
      breaker.targetFailed(targetKey(queued), { class: 'deadline', reason: 'no answer' });

      expect(await ranges(send(queued, { count: 9, bytes: 200_000 }))).toEqual([
        '0+3 unavailable 1',
        '3+3 breaker-open 0',
        '6+3 breaker-open 0',
      ]);
      expect(sent).toEqual(['0+3']);
    });
  });

  describe('with park', () => {
    test('sets a reported record aside, and sends those after it at once, in order', async () => {
      const { send, sent, ranges } = setUp(reports(2, 5));

      expect(await ranges(send(waiting))).toEqual(['2+1 reported 1', '5+1 reported 2']);
      expect(sent).toEqual(['0+8', '3+5', '6+2']);
    });

    test('halves a chunk on which the function throws, until the record is alone', async () => {
      const { send, sent, ranges } = setUp(throwsOn(5));

      expect(await ranges(send(waiting))).toEqual(['5+1 function-error 4']);
      expect(sent).toEqual(['0+8', '0+4', '4+4', '4+2', '4+1', '5+1', '6+2']);
    });

    test('halves what the service calls too large, and goes on', async () => {
      const { send, sent, ranges } = setUp((first, count) =>
        first <= 1 && first + count > 1 ? failure(first, 'too-large', 1) : undefined,
      );

      expect(await ranges(send(waiting, { count: 4 }))).toEqual(['1+1 too-large 3']);
      expect(sent).toEqual(['0+4', '0+2', '0+1', '1+1', '2+2']);
    });

    test('calls a target no more that cannot be called', async () => {
      const { send, sent, ranges } = setUp((first) =>
        first === 5 ? failure(5, 'unavailable', 3) : undefined,
      );

      expect(await ranges(send(waiting, { count: 15, bytes: 800_000 }))).toEqual([
        '5+5 unavailable 3',
        '10+5 breaker-open 0',
      ]);
      expect(sent).toEqual(['0+5', '5+5']);
    });

    test('stops isolating once the function fails on everything', async () => {
      const { send, sent, ranges, breaker } = setUp((first) => failure(first, 'reported'));
      const left = await ranges(send(waiting, { count: 40 }));

      expect(breaker.ask(targetKey(waiting))).toBe('wait');
      expect(sent).toHaveLength(10);
      expect(left.at(-1)).toBe('10+30 breaker-open 10');
    });

    test('does not judge a target by records on which it failed before', async () => {
      const { send, breaker } = setUp((first) => failure(first, 'function-error'));
      await send(waiting, { count: 40, failedBefore: true });

      expect(breaker.ask(targetKey(waiting))).toBe('call');
    });

    test('begins no further call once its neighbours wait', async () => {
      const { send, sent, ranges } = setUp(throwsOn(1));
      const patience = { ...endless, endsAt: () => 0 };

      expect(await ranges(send(waiting, { patience }))).toEqual(['0+4 untried 1', '4+4 untried 1']);
      expect(sent).toEqual(['0+8']);
    });

    test('begins no call that may not end in time, but the first of an invocation', async () => {
      const { send, sent, pace, ranges } = setUp(throwsOn(1));
      pace.lasted(targetKey(waiting), 40_001, 1, 'answered');
      const time = { ...deadline({ msToSend: 49_000 }), totalMs: 49_000 };
      await send(waiting, { deadline: time });
      expect(sent).toEqual(['0+8']);

      const late = { ...deadline({ msToSend: 39_000 }), totalMs: 49_000 };
      expect(await ranges(send(waiting, { deadline: late }))).toEqual(['0+8 untried 0']);
      expect(sent).toHaveLength(1);
    });

    test('makes 200 calls in one invocation at the most', async () => {
      const poison = Array.from({ length: 300 }, (_, index) => index * 2);
      const { send, sent, ranges } = setUp(reports(...poison));
      const left = await ranges(send(waiting, { count: 600 }));

      expect(sent).toHaveLength(200);
      expect(left.at(-1)).toBe('399+201 untried 200');
    });
  });
});
