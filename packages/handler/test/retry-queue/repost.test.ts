import { describe, expect, test } from 'vitest';
import type { Letter } from '../../src/retry-queue/letter.ts';
import type { HowToRepost } from '../../src/retry-queue/repost.ts';
import { deadline, kinesisRecords } from '../factories.ts';
import { letterOf, reader, referenceOf, retryPath, route } from '../retry-path.ts';

const object = 'waiting/orders/a.json';
const denied = { class: 'denied', reason: 'no' } as const;
const reported = { attempts: 2, failure: 'reported', reason: 'bad record' };
const at = (seconds: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1_000).toISOString();

function setUp() {
  const path = retryPath();
  const repost = (letters: readonly Letter[], how: HowToRepost) =>
    path.repost({ route, deadline: deadline(), requestId: 'request-1' }, letters, how);
  return { ...path, repost };
}

/** A letter with records, and one for an object. */
const kinds = [
  { kind: 'with its records', make: letterOf },
  { kind: 'for an object', make: (facts: Parameters<typeof letterOf>[0]) => referenceOf(object, 2, facts) },
];

describe('createRepost', () => {
  describe.for(kinds)('with a letter $kind', ({ make }) => {
    test('sends it as it is, to be received when it is due', async () => {
      const { repost, letters, sent } = setUp();
      const facts = { ...reported, hops: 3, dueAt: at(60), parkedAt: at(-100) };

      expect(await repost([make(facts)], { to: 'retry' })).toEqual([]);
      expect(letters()).toMatchObject([{ ...facts, queue: 'retry', hops: 4, delaySeconds: 60, count: 2 }]);
      expect(sent[0]?.target).toBe(reader.functionArn);
    });

    test('sends it as late as is asked', async () => {
      const { repost, letters, clock } = setUp();
      await repost([make({})], { to: 'retry', dueAt: clock.now() + 2_000 });

      expect(letters()).toMatchObject([{ dueAt: at(2), delaySeconds: 2 }]);
    });

    test('sends it with why its records are not sent now, as late as that asks', async () => {
      const { repost, letters } = setUp();
      await repost([make({ dueAt: at(60) })], { to: 'retry', failure: denied });

      expect(letters()).toMatchObject([{ failure: 'denied', reason: 'no', dueAt: at(30), delaySeconds: 30 }]);
    });

    test.for([reported, { ...reported, failure: 'deadline' }])(
      'keeps that of records which the function was given: $failure',
      async (facts) => {
        const { repost, letters } = setUp();
        await repost([make(facts)], { to: 'retry', failure: denied });

        expect(letters()).toMatchObject([{ ...facts, dueAt: at(30) }]);
      },
    );

    test('makes a dead letter of it, which is not due at any time', async () => {
      const { repost, letters, clock } = setUp();
      clock.advance(86_400_000);
      await repost([make(reported)], { to: 'dead-letters', failure: denied });

      expect(letters()).toMatchObject([
        {
          queue: 'dead-letters',
          delaySeconds: 0,
          failure: 'denied',
          reason: 'Given up after 24 h and 2 calls: no',
        },
      ]);
      expect(letters()[0]).not.toHaveProperty('dueAt');
    });

    test('notes since when the route has no such target, and forgets it once it has', async () => {
      const { repost, letters, clock } = setUp();
      clock.advance(5_000);
      await repost([make(reported)], { to: 'retry', failure: denied, isUnrouted: true });
      await repost([make({ unroutedSince: at(1) })], { to: 'retry', isUnrouted: true });
      await repost([make({ unroutedSince: at(1) })], { to: 'retry' });

      expect(letters().map(({ failure, unroutedSince }) => [failure, unroutedSince])).toEqual([
        ['denied', at(5)],
        ['unavailable', at(1)],
        ['unavailable', undefined],
      ]);
    });

    test('returns it when it cannot be sent', async () => {
      const { repost, fails } = setUp();
      fails.queue = true;
      const letter = make({});

      expect(new Set(await repost([letter], { to: 'retry' }))).toEqual(new Set([letter]));
    });
  });

  test('logs that a letter for an object could not be sent', async () => {
    const { repost, fails, entries } = setUp();
    fails.queue = true;
    await repost([referenceOf(object, 2)], { to: 'retry' });

    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'A message could not be sent again; it comes back by itself',
        requestId: 'request-1',
        messageId: 'message-1',
        route: 'orders',
        reason: 'Error: the queue is down',
      },
    ]);
  });

  describe('with several letters', () => {
    const second = kinesisRecords(4).slice(2);

    test('puts those with one history into one message, due as late as the last of them', async () => {
      const { repost, letters } = setUp();
      await repost(
        [letterOf({ hops: 1, dueAt: at(20) }), letterOf({ hops: 2, dueAt: at(10), parkedAt: at(5) }, second)],
        { to: 'retry' },
      );

      expect(letters()).toMatchObject([
        { numbers: ['1', '2', '3', '4'], hops: 3, parkedAt: at(0), dueAt: at(20) },
      ]);
    });

    test('counts the time without a target from the first of them', async () => {
      const { repost, letters, clock } = setUp();
      clock.advance(5_000);
      await repost([letterOf({ unroutedSince: at(2) }), letterOf({ unroutedSince: at(1) }, second)], {
        to: 'retry',
        isUnrouted: true,
      });

      expect(letters()).toMatchObject([{ numbers: ['1', '2', '3', '4'], unroutedSince: at(1) }]);
    });

    test('sends one for an object by itself, as it is', async () => {
      const { repost, letters } = setUp();
      await repost([letterOf(), referenceOf(object, 2, { hops: 5 })], { to: 'retry' });

      expect(letters().map(({ numbers, hops, object: key }) => [numbers, hops, key])).toEqual([
        [[], 6, object],
        [['1', '2'], 1, undefined],
      ]);
    });
  });
});
