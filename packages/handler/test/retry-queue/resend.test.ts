import type { Target } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { endless } from '../../src/delivery/patience.ts';
import { targetKey } from '../../src/delivery/target-key.ts';
import type { Letter } from '../../src/retry-queue/letter.ts';
import { deadline, kinesisRecord, kinesisRecords } from '../factories.ts';
import { letterOf, parkedBody, reader, referenceOf, retryPath, route, undelivered } from '../retry-path.ts';

const hour = 3_600_000;
const key = targetKey(reader);
const object = 'waiting/orders/a.json';
const silent = { class: 'deadline', reason: 'silent' } as const;
const otherShard = { shardId: 'shardId-000000000001' };
/** Parked a day before: the time for retries is over. */
const expired = { parkedAt: '2025-12-31T00:00:00.000Z' };

function setUp(options: { target?: Target } = {}) {
  const { target = reader } = options;
  const path = retryPath({ route: { ...route, targets: [target] } });
  const resend = (letters: readonly Letter[], time = deadline()) =>
    path.resend({ route, target, letters, deadline: time, requestId: 'request-1' });
  /** Which letters are left, by their place. */
  const left = async (letters: readonly Letter[]) => {
    const unkept = await resend(letters);
    return letters.flatMap((letter, index) => (unkept.has(letter) ? [index] : []));
  };
  return { ...path, resend, left };
}

describe('createResend', () => {
  test('sends records for which no neighbour waits, each past one that the target lacks', async () => {
    const { resend, deliveries } = setUp();
    const time = deadline();
    await resend([letterOf()], time);

    expect(deliveries.map(({ delivery, target }) => [delivery, target])).toEqual([
      [
        {
          route: 'orders',
          deadline: time,
          patience: endless,
          mostRecords: expect.any(Function),
          failedBefore: false,
          keepsOrder: false,
        },
        reader,
      ],
    ]);
    // Packed for one target alone, its payload does not stay in memory.
    const [chunk] = deliveries[0]?.shipment.chunks(1_000_000) ?? [];
    expect(chunk?.payload()).not.toBe(chunk?.payload());
  });

  test('keeps the records of a paused target in the bucket, and calls nobody', async () => {
    const { resend, delivered, stored } = setUp({ target: { ...reader, paused: true } });
    expect(await resend([letterOf()])).toEqual(new Set());

    expect(delivered).toEqual([]);
    expect([...stored.keys()]).toEqual([expect.stringContaining('waiting/paused/orders/')]);
  });

  test('keeps records together whose time is not over for all', async () => {
    const { resend, letters, answerWith, pace } = setUp();
    pace.lasted(key, 10, 10, 'answered');
    answerWith((ids) => [undelivered(0, ids.length, 'throttled')]);
    const later = { parkedAt: '2025-12-31T00:00:01.000Z' };
    await resend([letterOf(expired), letterOf(later, kinesisRecords(4).slice(2))]);

    expect(letters()).toMatchObject([{ queue: 'retry', numbers: ['1', '2', '3', '4'] }]);
  });

  test('keeps a record that is in a message whose time is not over, too', async () => {
    const { resend, letters, answerWith, pace } = setUp();
    pace.lasted(key, 10, 10, 'answered');
    answerWith((ids) => [undelivered(0, ids.length, 'throttled')]);
    await resend([letterOf(expired), letterOf({ parkedAt: '2025-12-31T00:00:01.000Z' })]);

    expect(letters()).toMatchObject([{ queue: 'retry', numbers: ['1', '2'] }]);
  });

  test('passes on that the function failed on records before', async () => {
    const { resend, deliveries } = setUp();
    await resend([letterOf({ attempts: 1, failure: 'reported' })]);

    expect(deliveries[0]?.delivery.failedBefore).toBe(true);
  });

  describe('sends letters together', () => {
    const letters = [letterOf(), letterOf({}, kinesisRecords(4).slice(2))];

    test('for a function whose answer is not waited for', async () => {
      const { resend, delivered } = setUp({ target: { ...reader, invocation: 'event' } });
      await resend(letters);

      expect(delivered).toEqual([['1', '2', '3', '4']]);
    });

    test('with records that are sent one by one anyway', async () => {
      const { resend, delivered } = setUp();
      const facts = { attempts: 1, failure: 'reported' };
      await resend([letterOf(facts), letterOf(facts, kinesisRecords(4).slice(2))]);

      expect(delivered).toEqual([['1', '2', '3', '4']]);
    });
  });

  describe('treats a letter as due', () => {
    test.for([
      { ms: 1_000, isDue: true },
      { ms: 1_001, isDue: false },
    ])('that is $ms ms early: $isDue', async ({ ms, isDue }) => {
      const { resend, delivered, clock } = setUp();
      await resend([{ ...letterOf(), dueAt: clock.now() + ms }]);

      expect(delivered).toHaveLength(isDue ? 1 : 0);
    });

    test('by the clock of SQS where that is ahead', async () => {
      const { resend, delivered, clock } = setUp();
      await resend([{ ...letterOf(), dueAt: clock.now() + 60_000, receivedAt: clock.now() + 60_000 }]);

      expect(delivered).toHaveLength(1);
    });
  });

  describe('returns letters that are kept nowhere else', () => {
    test.for([
      { what: 'before they are due', facts: { dueAt: '2026-01-01T02:00:00.000Z' } },
      { what: 'after too many messages', facts: { hops: 10_000 } },
    ])('$what', async ({ facts }) => {
      const { left, fails } = setUp();
      fails.queue = true;

      expect(await left([letterOf(facts)])).toEqual([0]);
    });

    test.for([{}, expired])('while the target fails, with %j', async (facts) => {
      const { left, fails, breaker } = setUp();
      breaker.targetFailed(key, silent);
      fails.queue = true;

      expect(await left([letterOf(facts)])).toEqual([0]);
    });

    test('whose records cannot be read', async () => {
      const { left, fails, stored } = setUp();
      stored.set(object, parkedBody());
      fails.get = true;
      fails.queue = true;

      expect(await left([letterOf(), referenceOf(object, 2)])).toEqual([1]);
    });
  });

  test('ends a loop of messages with a dead letter that was not called', async () => {
    const { resend, letters } = setUp();
    await resend([letterOf({ hops: 10_000 })]);

    expect(letters()).toMatchObject([
      {
        queue: 'dead-letters',
        failure: 'untried',
        reason: 'Given up after 0 min and 0 calls: The records were in 10000 messages, one after another',
      },
    ]);
  });

  describe('with records that cannot be read', () => {
    function unread() {
      const all = setUp();
      all.stored.set(object, parkedBody());
      all.fails.get = true;
      return all;
    }

    test.for([
      { ms: 25 * hour - 1, queue: 'retry' },
      { ms: 25 * hour, queue: 'dead-letters' },
    ])('tries for an hour more than the time for retries: $queue after $ms ms', async ({ ms, queue }) => {
      const { resend, letters, clock } = unread();
      const letter = referenceOf(object, 2);
      clock.advance(ms);
      await resend([{ ...letter, receivedAt: clock.now() }]);

      expect(letters()).toMatchObject([{ queue, object }]);
    });

    test('gives that reason in the dead letter', async () => {
      const { resend, letters, clock } = unread();
      clock.advance(25 * hour);
      await resend([referenceOf(object, 2)]);

      expect(letters()).toMatchObject([
        {
          failure: 'unavailable',
          reason: 'Given up after 25 h and 0 calls: The records could not be read from the failure bucket',
        },
      ]);
    });

    test('tries again at once where the time of the invocation was over, however old they are', async () => {
      const { resend, letters, clock } = unread();
      clock.advance(48 * hour);
      const time = deadline();
      time.endSending();
      await resend([referenceOf(object, 2)], time);

      expect(letters()).toMatchObject([{ queue: 'retry', object, delaySeconds: 0, failure: 'unavailable' }]);
    });

    test('returns those that cannot be put off then', async () => {
      const { resend, fails } = unread();
      fails.queue = true;
      const time = deadline();
      time.endSending();
      const letter = referenceOf(object, 2);

      expect(await resend([letter], time)).toEqual(new Set([letter]));
    });
  });

  describe('lets the stream call a slow target again', () => {
    function slow() {
      const all = setUp();
      all.pace.leftBehind(key);
      return all;
    }

    test.for([
      { ms: 999, isSlow: false },
      { ms: 1_000, isSlow: true },
    ])('when it takes records within a second: slow after $ms ms: $isSlow', async ({ ms, isSlow }) => {
      const { resend, pace, clock, answerWith } = slow();
      answerWith(() => {
        clock.advance(ms);
        return [undelivered(1, 1, 'reported')];
      });
      await resend([letterOf()]);

      expect(pace.isSlow(key)).toBe(isSlow);
    });

    test('not when it takes none', async () => {
      const { resend, pace, answerWith } = slow();
      answerWith(() => [undelivered(0, 2, 'reported')]);
      await resend([letterOf()]);

      expect(pace.isSlow(key)).toBe(true);
    });

    test('not when there were none to send', async () => {
      const { resend, pace } = slow();
      await resend([referenceOf(object, 2)]);

      expect(pace.isSlow(key)).toBe(true);
    });
  });

  describe('when the function does not answer for several records', () => {
    test('halves no more than those of the call', async () => {
      const { resend, letters, answerWith } = setUp();
      answerWith(() => [undelivered(0, 3, 'deadline'), undelivered(3, 2, 'breaker-open', 0)]);
      await resend([letterOf({}, kinesisRecords(5))]);

      expect(letters()).toMatchObject([
        { numbers: ['1', '2'], failure: 'deadline' },
        { numbers: ['3'], failure: 'deadline' },
        { numbers: ['4', '5'], failure: 'breaker-open' },
      ]);
    });

    test('dead-letters others of the letter at the end of their time', async () => {
      const { resend, letters, answerWith } = setUp();
      answerWith(() => [undelivered(0, 1, 'function-error'), undelivered(1, 2, 'deadline')]);
      await resend([letterOf(expired, kinesisRecords(3))]);

      expect(letters()).toMatchObject([
        { queue: 'retry', numbers: ['2'] },
        { queue: 'retry', numbers: ['3'] },
        { queue: 'dead-letters', numbers: ['1'] },
      ]);
    });

    test('dead-letters a record that was alone in its last call', async () => {
      const { resend, letters, answerWith } = setUp();
      answerWith(() => [undelivered(0, 1, 'deadline')]);
      await resend([letterOf(expired, kinesisRecords(1))]);

      expect(letters()).toMatchObject([{ queue: 'dead-letters', numbers: ['1'], failure: 'deadline' }]);
    });
  });

  describe('with a target that fails', () => {
    const two = [letterOf(), letterOf(otherShard, kinesisRecords(4).slice(2))];

    function open() {
      const all = setUp();
      all.breaker.targetFailed(key, silent);
      all.clock.advance(30_000);
      return all;
    }

    test('probes it with one call, and puts the rest off', async () => {
      const { resend, delivered, letters } = open();
      await resend(two);

      expect(delivered).toEqual([['1', '2']]);
      expect(letters()).toMatchObject([
        {
          queue: 'retry',
          numbers: ['3', '4'],
          failure: 'breaker-open',
          reason: 'Not called, since the target failed: silent',
        },
      ]);
    });

    test('sends the rest as soon as the probe has an answer', async () => {
      const { resend, delivered, breaker, answerWith } = open();
      answerWith(() => {
        breaker.answered(key, { delivered: 2, failed: 0 });
        return [];
      });
      await resend(two);

      expect(delivered).toHaveLength(2);
    });

    test('lets another caller probe it when the probe says nothing about it', async () => {
      const { resend, breaker, answerWith } = open();
      answerWith(() => [undelivered(0, 2, 'untried', 0)]);
      await resend(two);

      expect(breaker.ask(key, true)).toBe('probe');
    });

    test('leaves the probe to others when nothing is due', async () => {
      const { resend, breaker } = open();
      await resend([letterOf({ dueAt: '2026-01-01T02:00:00.000Z' })]);

      expect(breaker.ask(key)).toBe('probe');
    });

    test('calls it for the last time of one letter among others', async () => {
      const { resend, delivered, breaker, clock } = open();
      breaker.ask(key);
      breaker.targetFailed(key, silent);
      // The next probe is due after a minute.
      clock.advance(30_000);
      await resend([letterOf()]);
      expect(delivered).toEqual([]);

      await resend([letterOf(), letterOf({ ...expired, ...otherShard })]);
      expect(delivered).toHaveLength(1);
    });
  });

  describe('when there is no time for more calls', () => {
    const reason = 'No time was left';

    test.for([{}, expired])('sends the rest again at once, with %j', async (facts) => {
      const { resend, letters, answerWith } = setUp();
      answerWith((ids) => [{ first: 0, count: ids.length, failure: { class: 'untried', reason }, calls: 0 }]);
      await resend([letterOf(facts), letterOf({ ...facts, ...otherShard }, kinesisRecords(4).slice(2))]);

      expect(letters()).toMatchObject([
        { queue: 'retry', numbers: ['1', '2'], failure: 'untried', reason, delaySeconds: 0 },
        { queue: 'retry', numbers: ['3', '4'], failure: 'untried', reason, delaySeconds: 0 },
      ]);
    });
  });

  test('goes on with other letters after a failure that is about its records', async () => {
    const { resend, delivered, answerWith } = setUp();
    answerWith((ids) => [undelivered(0, ids.length, 'reported')]);
    await resend([letterOf(), letterOf(otherShard)]);

    expect(delivered).toHaveLength(2);
  });

  test('sends a record of two letters once, and is done with both', async () => {
    const { left, delivered } = setUp({ target: { ...reader, invocation: 'event' } });
    const record = kinesisRecord({ sequenceNumber: '1' });

    expect(await left([letterOf({}, [record]), letterOf({ hops: 1 }, [record])])).toEqual([]);
    expect(delivered).toEqual([['1']]);
  });
});
