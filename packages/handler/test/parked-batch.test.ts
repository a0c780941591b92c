import { describe, expect, test } from 'vitest';
import { RouteError } from '../src/route-store.ts';
import { targetKey } from '../src/target-key.ts';
import { kinesisRecord, kinesisRecords, storedRoute, target } from './factories.ts';
import { parkedBody, reader, referenceBody, retryPath, route, undelivered } from './retry-path.ts';

const hour = 3_600_000;
const key = targetKey(reader);

describe('createParkedBatchHandler', () => {
  test('delivers parked records, and is done with their message', async () => {
    const { receive, delivered, sent, targets } = retryPath();

    expect(await receive(parkedBody())).toEqual([]);
    expect([delivered, sent]).toEqual([[['1', '2']], []]);
    expect(targets).toMatchObject([{ recordsIn: 2, delivered: 2, parked: 0, failed: 0, filtered: 0 }]);
  });

  test('sends what is parked for a function to the target that replaces it', async () => {
    const next = target({
      functionArn: `${reader.functionArn}-v2`,
      invocation: 'request-response',
      replaces: [reader.functionArn],
    });
    const { receive, receivers, letters, answerWith } = retryPath({
      route: storedRoute({ targets: [next] }),
    });
    answerWith(() => [undelivered(1, 1, 'unavailable')]);

    expect(await receive(parkedBody())).toEqual([]);
    expect(receivers).toEqual([next.functionArn]);
    expect(letters()).toMatchObject([{ queue: 'retry', target: next.functionArn, numbers: ['2'] }]);
  });

  test('sends letters of one shard and history with one call, each record once, in order', async () => {
    const { receive, delivered } = retryPath();
    const [first, second, third] = kinesisRecords(3);
    if (!first || !second || !third) throw new Error('unreachable');
    await receive(parkedBody([second, third]), parkedBody([first, second]));

    expect(delivered).toEqual([['1', '2', '3']]);
  });

  test.for([
    { shardId: 'shardId-000000000001' },
    { attempts: 3 },
    { attempts: 1, failure: 'reported' },
    { parkedAt: '2025-12-31T20:00:00.000Z' },
  ])('does not send letters together that differ in %j', async (facts) => {
    const { receive, delivered } = retryPath();
    await receive(parkedBody(), parkedBody(kinesisRecords(4).slice(2), facts));

    expect(delivered).toHaveLength(2);
  });

  test('sends nothing before it is due', async () => {
    const { receive, delivered, letters } = retryPath();
    const dueAt = '2026-01-01T02:00:00.000Z';

    expect(
      await receive(parkedBody(undefined, { dueAt, hops: 4, failure: 'reported', attempts: 2 })),
    ).toEqual([]);
    expect(delivered).toEqual([]);
    expect(letters()).toMatchObject([
      { queue: 'retry', delaySeconds: 900, dueAt, hops: 5, attempts: 2, failure: 'reported', reason: 'down' },
    ]);
  });

  describe('when records fail again', () => {
    test('parks exactly those, with their own reason and the calls that were made', async () => {
      const { receive, letters, answerWith, targets } = retryPath();
      answerWith(() => [undelivered(1, 1, 'function-error', 4), undelivered(3, 1, 'function-error', 4)]);
      await receive(parkedBody(kinesisRecords(5), { attempts: 0 }));

      expect(letters()).toMatchObject([
        {
          queue: 'retry',
          numbers: ['2', '4'],
          failure: 'function-error',
          reason: 'why',
          attempts: 4,
          hops: 1,
          delaySeconds: 30,
          parkedAt: '2026-01-01T00:00:00.000Z',
        },
      ]);
      expect(targets).toMatchObject([{ recordsIn: 5, delivered: 3, parked: 2 }]);
    });

    test('waits for three times their age when the function failed on them', async () => {
      const { receive, letters, answerWith, clock } = retryPath();
      clock.advance(hour);
      answerWith(() => [undelivered(0, 2, 'reported')]);
      await receive(parkedBody(undefined, { attempts: 3, failure: 'reported' }));

      expect(letters()).toMatchObject([
        { attempts: 4, dueAt: '2026-01-01T04:00:00.000Z', delaySeconds: 900 },
      ]);
    });

    test('counts no attempt for what was not called, and sends it again at once', async () => {
      const { receive, letters, answerWith } = retryPath();
      answerWith(() => [undelivered(0, 2, 'untried', 0)]);
      await receive(parkedBody(undefined, { attempts: 1 }));

      expect(letters()).toMatchObject([{ attempts: 1, delaySeconds: 0, hops: 1 }]);
    });

    test('calls a target no more in this invocation that cannot be called', async () => {
      const { receive, delivered, letters, answerWith } = retryPath();
      answerWith((numbers) => [undelivered(0, numbers.length, 'unavailable')]);
      await receive(
        parkedBody(),
        parkedBody(kinesisRecords(4).slice(2), { shardId: 'shardId-000000000001' }),
      );

      expect(delivered).toHaveLength(1);
      expect(letters().map(({ attempts, failure }) => [attempts, failure])).toEqual([
        [1, 'unavailable'],
        [0, 'breaker-open'],
      ]);
    });

    test('reports a message whose records could not be parked, and counts them as failed', async () => {
      const { receive, answerWith, fails, targets } = retryPath();
      answerWith(() => [undelivered(1, 1, 'reported')]);
      fails.queue = true;

      expect(await receive(parkedBody())).toEqual(['message-0']);
      expect(targets).toMatchObject([{ recordsIn: 2, delivered: 1, parked: 0, failed: 1 }]);
    });
  });

  describe('while the target fails', () => {
    test('puts letters off without a call, several in one message', async () => {
      const { receive, delivered, letters, breaker, clock, targets } = retryPath();
      breaker.targetFailed(key, { class: 'deadline', reason: 'silent' });
      clock.advance(10_000);

      expect(
        await receive(parkedBody(kinesisRecords(2)), parkedBody(kinesisRecords(4).slice(2), { hops: 6 })),
      ).toEqual([]);
      expect([delivered, targets]).toEqual([[], []]);
      expect(letters()).toMatchObject([
        {
          numbers: ['1', '2', '3', '4'],
          attempts: 0,
          hops: 7,
          failure: 'breaker-open',
          reason: 'Not called, since the target failed: silent',
          delaySeconds: 30,
        },
      ]);
    });

    test('keeps the reason of records on which the function failed', async () => {
      const { receive, letters, breaker } = retryPath();
      breaker.targetFailed(key, { class: 'deadline', reason: 'silent' });
      await receive(parkedBody(undefined, { attempts: 2, failure: 'reported', reason: 'bad record' }));

      expect(letters()).toMatchObject([{ failure: 'reported', reason: 'bad record', attempts: 2 }]);
    });

    test('lets one invocation probe it', async () => {
      const { receive, delivered, breaker, clock } = retryPath();
      breaker.targetFailed(key, { class: 'deadline', reason: 'silent' });
      clock.advance(30_000);
      await receive(parkedBody());

      expect(delivered).toHaveLength(1);
    });

    test('makes a target that answers in time one that the stream may call', async () => {
      const { receive, pace } = retryPath();
      pace.heldUp(key, 50_000);
      await receive(parkedBody());

      expect(pace.isSlow(key)).toBe(false);
    });
  });

  describe('when the time for retries is over', () => {
    test('calls the function once more, and then dead-letters the records', async () => {
      const { receive, delivered, letters, answerWith, clock, targets } = retryPath();
      clock.advance(24 * hour);
      answerWith(() => [undelivered(0, 1, 'function-error')]);
      await receive(parkedBody(undefined, { attempts: 7, failure: 'function-error' }));

      expect(delivered).toHaveLength(1);
      expect(letters()).toMatchObject([
        {
          queue: 'dead-letters',
          numbers: ['1'],
          failure: 'function-error',
          reason: 'Given up after 24 h and 8 calls: why',
          attempts: 8,
          delaySeconds: 0,
        },
      ]);
      expect(letters()[0]).not.toHaveProperty('dueAt');
      expect(targets).toMatchObject([{ delivered: 1, parked: 1, failed: 0 }]);
    });

    test('does not dead-letter what was not called for want of time', async () => {
      const { receive, letters, answerWith, clock } = retryPath();
      clock.advance(25 * hour);
      answerWith(() => [undelivered(0, 2, 'untried', 0)]);
      await receive(parkedBody());

      expect(letters()).toMatchObject([{ queue: 'retry', delaySeconds: 0 }]);
    });

    test('dead-letters records of a target that has just failed, with the reason of that', async () => {
      const { receive, delivered, letters, breaker, clock } = retryPath();
      clock.advance(24 * hour);
      breaker.targetFailed(key, { class: 'deadline', reason: 'silent' });
      await receive(parkedBody(undefined, { attempts: 0 }));

      expect(delivered).toEqual([]);
      expect(letters()).toMatchObject([
        { queue: 'dead-letters', failure: 'deadline', reason: 'Given up after 24 h and 0 calls: silent' },
      ]);
    });

    test('goes by the time that the route has', async () => {
      const { receive, letters, answerWith, clock } = retryPath({ route: { ...route, retryForSeconds: 60 } });
      clock.advance(60_000);
      answerWith(() => [undelivered(0, 2, 'denied')]);
      await receive(parkedBody());

      expect(letters()).toMatchObject([{ queue: 'dead-letters', failure: 'denied' }]);
    });
  });

  test('ends a loop of messages, whatever else it is', async () => {
    const { receive, delivered, letters } = retryPath();
    await receive(
      parkedBody(undefined, { hops: 9_999 }),
      parkedBody(kinesisRecords(3).slice(2), { hops: 10_000 }),
    );

    expect(delivered).toEqual([['1', '2']]);
    expect(letters()).toMatchObject([{ queue: 'dead-letters', numbers: ['3'] }]);
    expect(letters()[0]?.reason).toContain('10000 messages');
  });

  describe('with records in the failure bucket', () => {
    const object = 'waiting/orders/a.json';

    test('reads them when they are sent, and deletes the object then', async () => {
      const { receive, delivered, stored } = retryPath();
      stored.set(object, parkedBody(kinesisRecords(3)));

      expect(await receive(referenceBody(object, 3))).toEqual([]);
      expect([delivered, [...stored]]).toEqual([[['1', '2', '3']], []]);
    });

    test('does not read them to put them off', async () => {
      const { receive, stored, letters, breaker, fails } = retryPath();
      fails.get = true;
      stored.set(object, parkedBody(kinesisRecords(3)));
      breaker.targetFailed(key, { class: 'deadline', reason: 'silent' });
      await receive(referenceBody(object, 3, { hops: 2 }));

      expect(letters()).toMatchObject([{ queue: 'retry', object, count: 3, hops: 3, delaySeconds: 30 }]);
      expect(stored.has(object)).toBe(true);
    });

    test('keeps what fails again in a message or an object of its own', async () => {
      const { receive, stored, letters, answerWith } = retryPath();
      stored.set(object, parkedBody(kinesisRecords(3)));
      answerWith(() => [undelivered(0, 3, 'unavailable')]);
      await receive(referenceBody(object, 3));

      expect(letters()).toMatchObject([{ numbers: ['1', '2', '3'], attempts: 1 }]);
      expect([...stored]).toEqual([]);
    });

    test('keeps the object while its records are nowhere else', async () => {
      const { receive, stored, answerWith, fails } = retryPath();
      stored.set(object, parkedBody(kinesisRecords(3)));
      answerWith(() => [undelivered(0, 3, 'unavailable')]);
      fails.queue = true;

      expect(await receive(referenceBody(object, 3))).toEqual(['message-0']);
      expect([...stored.keys()]).toEqual([object]);
    });

    test('tries again in a minute to read what it could not', async () => {
      const { receive, stored, letters, fails, delivered } = retryPath();
      stored.set(object, parkedBody());
      fails.get = true;
      await receive(referenceBody(object, 2));

      expect(delivered.flat()).toEqual([]);
      expect(letters()).toMatchObject([{ queue: 'retry', object, delaySeconds: 60 }]);
      expect(stored.has(object)).toBe(true);
    });

    test('dead-letters what it could not read when the time is over', async () => {
      const { receive, stored, letters, fails, clock } = retryPath();
      stored.set(object, parkedBody());
      fails.get = true;
      clock.advance(24 * hour);
      await receive(referenceBody(object, 2));

      expect(letters()).toMatchObject([{ queue: 'dead-letters', object }]);
    });

    test('is done with a message that comes twice', async () => {
      const { receive, letters, delivered } = retryPath();

      expect(await receive(referenceBody(object, 2))).toEqual([]);
      expect([letters(), delivered.flat()]).toEqual([[], []]);
    });

    test('is done also when the object cannot be deleted', async () => {
      const { receive, stored, fails } = retryPath();
      stored.set(object, parkedBody());
      fails.delete = true;

      expect(await receive(referenceBody(object, 2))).toEqual([]);
    });
  });

  describe('when there is nothing to send to', () => {
    test('dead-letters records of a target that is no longer routed', async () => {
      const { receive, letters } = retryPath({
        route: storedRoute({ targets: [target({ account: '333333333333' })] }),
      });
      await receive(parkedBody(undefined, { attempts: 3 }));

      expect(letters()).toMatchObject([
        {
          queue: 'dead-letters',
          failure: 'not-routed',
          reason: `Route "orders" no longer has the target ${reader.functionArn}`,
          attempts: 3,
        },
      ]);
    });

    test('sends them by a later route, which another environment has parked them by', async () => {
      const earlier = storedRoute({ targets: [target({ account: '333333333333' })] });
      const { receive, delivered, sent } = retryPath({ route: earlier, fresh: route });

      expect(await receive(parkedBody())).toEqual([]);
      expect([delivered, sent]).toEqual([[['1', '2']], []]);
    });

    test('ends no records by an earlier route, until their time is over', async () => {
      const earlier = storedRoute({ targets: [target({ account: '333333333333' })] });
      const { receive, letters, delivered, clock } = retryPath({ route: earlier, fresh: 'unreadable' });
      await receive(parkedBody());
      clock.advance(24 * hour);
      await receive(parkedBody());

      expect(delivered).toEqual([]);
      expect(letters()).toMatchObject([
        { queue: 'retry', numbers: ['1', '2'], delaySeconds: 60 },
        { queue: 'dead-letters', failure: 'not-routed' },
      ]);
    });

    test('puts records off whose route is gone, and dead-letters them after a day', async () => {
      const gone = new RouteError('no parameter', { isMissing: true });
      const { receive, letters, clock } = retryPath({ route: gone });
      await receive(parkedBody());
      clock.advance(24 * hour);
      await receive(parkedBody());

      expect(letters()).toMatchObject([
        { queue: 'retry', delaySeconds: 900, attempts: 0 },
        { queue: 'dead-letters', failure: 'not-routed', reason: 'no parameter' },
      ]);
    });

    test('puts records off whose route cannot be read, for as long as it takes', async () => {
      const { receive, letters, clock } = retryPath({ route: new RouteError('down', { isMissing: false }) });
      clock.advance(48 * hour);
      await receive(parkedBody());

      expect(letters()).toMatchObject([{ queue: 'retry', delaySeconds: 60 }]);
    });

    test('dead-letters what holds no parked records, as it is', async () => {
      const { receive, sent } = retryPath();

      expect(await receive('no JSON')).toEqual([]);
      expect(sent).toMatchObject([{ body: 'no JSON', queueUrl: expect.stringContaining('dead-letters') }]);
    });

    test('reports what holds no parked records and cannot be sent', async () => {
      const { receive, fails } = retryPath();
      fails.queue = true;

      expect(await receive('no JSON', parkedBody())).toEqual(['message-0']);
    });
  });

  test('takes apart and filters what a mapping gave up', async () => {
    const filter = { data: { even: [true] } };
    const { receive, delivered, targets } = retryPath({
      route: { ...route, targets: [{ ...reader, filter }] },
    });
    const records = [true, false, true].map((even, index) =>
      kinesisRecord({ sequenceNumber: String(index), data: JSON.stringify({ even }) }),
    );
    await receive(parkedBody(records, { failure: 'given-up' }));

    expect(delivered).toEqual([['0', '2']]);
    expect(targets).toMatchObject([{ recordsIn: 3, delivered: 2, filtered: 1 }]);
  });
});
