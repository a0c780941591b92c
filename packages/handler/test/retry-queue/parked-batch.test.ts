import { PROBE_MESSAGE } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { targetKey } from '../../src/delivery/target-key.ts';
import { RouteError } from '../../src/routes/route-store.ts';
import { kinesisRecord, kinesisRecords, storedRoute, target } from '../factories.ts';
import { parkedBody, reader, referenceBody, retryPath, route, undelivered } from '../retry-path.ts';

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

  test('writes what was counted once all is done, and leaves no timer behind', async () => {
    const { receive, flushed, timers } = retryPath();
    await receive(parkedBody());

    expect([flushed, timers.size]).toEqual([[1], 0]);
  });

  test('writes each minute how often a target did not take records', async () => {
    const { receive, answerWith, clock, entries } = retryPath();
    answerWith(() => [undelivered(0, 2, 'reported')]);
    for (let times = 0; times < 3; times++) await receive(parkedBody());
    clock.advance(60_000);
    answerWith(() => []);
    await receive(parkedBody());

    const failed = { level: 'error', message: 'A target did not take records', target: reader.functionArn };
    expect(entries()).toMatchObject([
      { ...failed, times: 1, records: 2 },
      { ...failed, times: 2, records: 4 },
    ]);
  });

  test('handles the letters of each target by themselves', async () => {
    const other = target({ account: '333333333333', invocation: 'request-response', onFailure: 'park' });
    const { receive, deliveries, answerWith } = retryPath({ route: { ...route, targets: [reader, other] } });
    answerWith((ids) => [undelivered(0, ids.length, 'unavailable')]);
    await receive(parkedBody(), parkedBody(undefined, { target: other.functionArn }));

    expect(deliveries.map((delivery) => delivery.target)).toEqual([reader, other]);
  });

  test('reports the messages of a stream whose handling fails in another way than is known', async () => {
    const { receive, entries } = retryPath({ route: new Error('unexpected') });

    expect(await receive(parkedBody(), 'no JSON', parkedBody())).toEqual(['message-0', 'message-2']);
    expect(entries()).toContainEqual({
      level: 'error',
      message: 'Messages could not be handled; they come back by themselves',
      requestId: 'request-1',
      messages: 2,
      reason: 'Error: unexpected',
    });
  });

  test('drops the message of a probe, which is all that it is for', async () => {
    const { receive, sent, entries } = retryPath();

    expect(await receive(PROBE_MESSAGE)).toEqual([]);
    expect([sent, entries()]).toEqual([[], []]);
  });

  test('sends letters of one shard with one call, each record once, in order', async () => {
    const { receive, delivered, pace } = retryPath();
    pace.lasted(key, 10, 10, 'answered');
    const [first, second, third] = kinesisRecords(3);
    if (!first || !second || !third) throw new Error('unreachable');
    await receive(parkedBody([second, third]), parkedBody([first, second]));

    expect(delivered).toEqual([['1', '2', '3']]);
  });

  test.for([
    { shardId: 'shardId-000000000001' },
    { attempts: 1, failure: 'reported' },
    { attempts: 1, failure: 'deadline' },
  ])('does not send letters together that differ in %j', async (facts) => {
    const { receive, delivered, pace } = retryPath();
    pace.lasted(key, 10, 10, 'answered');
    await receive(parkedBody(), parkedBody(kinesisRecords(4).slice(2), facts));

    expect(delivered).toHaveLength(2);
  });

  test('sends letters together whatever their past, and keeps it for what fails again', async () => {
    const { receive, delivered, pace, letters, answerWith } = retryPath();
    pace.lasted(key, 10, 10, 'answered');
    answerWith((ids) => [undelivered(0, ids.length, 'throttled', 2)]);
    const parkedAt = '2025-12-31T20:00:00.000Z';
    await receive(parkedBody(), parkedBody(kinesisRecords(4).slice(2), { attempts: 3, parkedAt }));

    expect(delivered).toEqual([['1', '2', '3', '4']]);
    expect(letters()).toMatchObject([
      { numbers: ['1', '2'], attempts: 2, parkedAt: '2026-01-01T00:00:00.000Z' },
      { numbers: ['3', '4'], attempts: 5, parkedAt },
    ]);
  });

  test('sends each letter by itself while it is not known how long the function takes', async () => {
    const { receive, delivered } = retryPath();
    await receive(parkedBody(), parkedBody(kinesisRecords(4).slice(2)));

    expect(delivered).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  test('sends as many letters together as take a quarter of the time', async () => {
    const { receive, delivered, pace } = retryPath();
    // 12.25 s of 49 are enough for four records.
    pace.lasted(key, 3_000, 1, 'answered');
    const two = (from: number) => parkedBody(kinesisRecords(from + 1).slice(from - 1));
    await receive(two(1), two(3), two(5));

    expect(delivered).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6'],
    ]);
  });

  test('sends no more records with a call than the function takes in the time that is left, once it did not answer', async () => {
    const { receive, deliveries, pace } = retryPath();
    pace.lasted(key, 4_900, 1, 'answered');
    await receive(parkedBody(), parkedBody(undefined, { attempts: 1, failure: 'deadline' }));
    const most = deliveries.map(({ delivery }) => delivery.mostRecords?.());

    expect(most).toEqual([Number.POSITIVE_INFINITY, 6]);
  });

  describe('when the function does not answer', () => {
    test('halves the records of the call', async () => {
      const { receive, letters, answerWith } = retryPath();
      answerWith(() => [undelivered(0, 5, 'deadline')]);
      await receive(parkedBody(kinesisRecords(5)));

      expect(letters()).toMatchObject([
        { queue: 'retry', numbers: ['1', '2', '3'], failure: 'deadline', delaySeconds: 30 },
        { queue: 'retry', numbers: ['4', '5'], failure: 'deadline', delaySeconds: 30 },
      ]);
    });

    test('sends halves by themselves, also those that were put off', async () => {
      const { receive, delivered, pace, breaker, letters } = retryPath();
      pace.lasted(key, 10, 10, 'answered');
      const halves = [kinesisRecords(2), kinesisRecords(4).slice(2)];
      const facts = { attempts: 1, failure: 'deadline', reason: 'no answer' };
      await receive(...halves.map((half) => parkedBody(half, facts)));
      expect(delivered).toHaveLength(2);

      breaker.targetFailed(key, { class: 'deadline', reason: 'again' });
      await receive(...halves.map((half) => parkedBody(half, facts)));

      expect(letters()).toMatchObject([
        { numbers: ['1', '2'], ...facts },
        { numbers: ['3', '4'], ...facts },
      ]);
    });

    test('dead-letters no more than the last one at the end of their time', async () => {
      const { receive, letters, answerWith, clock } = retryPath();
      clock.advance(24 * hour);
      answerWith((ids) => [undelivered(0, ids.length, 'deadline')]);
      await receive(parkedBody(kinesisRecords(3)), parkedBody(kinesisRecords(5).slice(4)));

      expect(letters()).toMatchObject([
        { queue: 'retry', numbers: ['1', '2'] },
        { queue: 'retry', numbers: ['3'] },
        { queue: 'dead-letters', numbers: ['5'] },
      ]);
    });
  });

  test('keeps why the function failed on a record while it is not called again', async () => {
    const { receive, letters, answerWith } = retryPath();
    const facts = { attempts: 1, failure: 'reported', reason: 'named' };
    answerWith(() => [undelivered(0, 1, 'reported'), undelivered(1, 1, 'untried', 0)]);
    await receive(parkedBody(undefined, facts));

    expect(letters()).toMatchObject([
      { numbers: ['1'], attempts: 2, failure: 'reported', reason: 'why', delaySeconds: 30 },
      { numbers: ['2'], ...facts, delaySeconds: 0 },
    ]);
  });

  test('does not send again what the target has of a message whose rest could not be kept', async () => {
    const { receive, delivered, answerWith, fails } = retryPath();
    answerWith((ids) => (ids.includes('2') ? [undelivered(ids.indexOf('2'), 1, 'function-error')] : []));
    fails.queue = true;
    expect(await receive(parkedBody(kinesisRecords(3)))).toEqual(['message-0']);
    fails.queue = false;

    expect(await receive(parkedBody(kinesisRecords(3)))).toEqual([]);
    expect(delivered).toEqual([['1', '2', '3'], ['2']]);
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

    test('goes by the clock of SQS where that of the function is behind', async () => {
      const { receive, letters, answerWith, clock, receivedAt } = retryPath();
      receivedAt.value = clock.now() + 24 * hour;
      answerWith(() => [undelivered(0, 1, 'function-error')]);
      await receive(parkedBody());

      expect(letters()).toMatchObject([{ queue: 'dead-letters', numbers: ['1'] }]);
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

    test('tries to read for an hour more when the time is over, and then dead-letters', async () => {
      const { receive, stored, letters, fails, clock } = retryPath();
      stored.set(object, parkedBody());
      fails.get = true;
      clock.advance(25 * hour - 1);
      await receive(referenceBody(object, 2));
      clock.advance(1);
      await receive(referenceBody(object, 2));

      expect(letters()).toMatchObject([
        { queue: 'retry', object, delaySeconds: 60 },
        { queue: 'dead-letters', object },
      ]);
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
    describe('since the target is no longer routed', () => {
      const route = storedRoute({ targets: [target({ account: '333333333333' })] });

      test('keeps records for an hour, in which the edit may be taken back', async () => {
        const { receive, letters, clock } = retryPath({ route });
        const since = new Date(clock.now()).toISOString();

        expect(await receive(parkedBody(undefined, { attempts: 3 }))).toEqual([]);
        expect(letters()).toMatchObject([
          { queue: 'retry', delaySeconds: 900, failure: 'not-routed', attempts: 3, unroutedSince: since },
        ]);
        clock.advance(hour - 1);
        await receive(parkedBody(undefined, { attempts: 3, unroutedSince: since }));
        expect(letters().at(-1)).toMatchObject({ queue: 'retry', unroutedSince: since });
      });

      test('keeps those that an object holds as well', async () => {
        const { receive, letters, clock } = retryPath({ route });
        const since = new Date(clock.now()).toISOString();
        await receive(referenceBody('waiting/orders/1.json', 2));
        clock.advance(hour / 2);
        await receive(referenceBody('waiting/orders/1.json', 2, { unroutedSince: since }));

        expect(letters()).toMatchObject([
          { queue: 'retry', failure: 'not-routed', object: 'waiting/orders/1.json', unroutedSince: since },
          { queue: 'retry', failure: 'not-routed', object: 'waiting/orders/1.json', unroutedSince: since },
        ]);
      });

      test('dead-letters them no later than their time is over', async () => {
        const { receive, letters, clock } = retryPath({ route });
        clock.advance(24 * hour);

        expect(await receive(parkedBody())).toEqual([]);
        expect(letters()).toMatchObject([{ queue: 'dead-letters', failure: 'not-routed' }]);
      });
    });

    test('begins to count the hour anew once the target was back', async () => {
      const { receive, letters, breaker } = retryPath();
      breaker.targetFailed(key, { class: 'deadline', reason: 'no answer' });
      const unroutedSince = '2025-12-31T23:30:00.000Z';
      await receive(parkedBody(undefined, { unroutedSince }));
      await receive(referenceBody('waiting/orders/1.json', 2, { unroutedSince }));

      expect(letters().map((letter) => [letter.queue, letter.failure, letter.unroutedSince])).toEqual([
        ['retry', 'breaker-open', undefined],
        ['retry', 'breaker-open', undefined],
      ]);
    });

    test('dead-letters records of a target that is no longer routed for an hour', async () => {
      const { receive, letters, clock } = retryPath({
        route: storedRoute({ targets: [target({ account: '333333333333' })] }),
      });
      const unroutedSince = new Date(clock.now()).toISOString();
      clock.advance(hour);
      await receive(parkedBody(undefined, { attempts: 3, unroutedSince }));

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

    test('ends no records by an earlier route, for as long as no later one can be read', async () => {
      const earlier = storedRoute({ targets: [target({ account: '333333333333' })] });
      const { receive, letters, delivered, clock } = retryPath({ route: earlier, fresh: 'unreadable' });
      await receive(parkedBody());
      clock.advance(24 * hour);
      await receive(parkedBody());

      expect(delivered).toEqual([]);
      expect(letters()).toMatchObject([
        { queue: 'retry', numbers: ['1', '2'], delaySeconds: 60 },
        { queue: 'retry', numbers: ['1', '2'], delaySeconds: 60 },
      ]);
      expect(letters().map(({ unroutedSince }) => unroutedSince)).toEqual([undefined, undefined]);
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

    test('dead-letters only those of a missing route whose time is over', async () => {
      const gone = new RouteError('no parameter', { isMissing: true });
      const { receive, sent, letters, clock } = retryPath({ route: gone });
      clock.advance(24 * hour);
      const parkedAt = new Date(clock.now()).toISOString();
      await receive(parkedBody(), parkedBody(kinesisRecords(3).slice(2), { parkedAt }));

      expect(letters()).toMatchObject([
        { queue: 'dead-letters', numbers: ['1', '2'] },
        { queue: 'retry', numbers: ['3'] },
      ]);
      expect(sent[0]?.queueUrl).toBe(route.deadLetterQueueUrl);
    });

    test('logs why records whose route is not known are not sent', async () => {
      const { receive, entries } = retryPath({ route: new RouteError('down', { isMissing: false }) });
      await receive(parkedBody());

      expect(entries()).toEqual([
        {
          level: 'error',
          message: 'Parked records could not be sent again',
          route: 'orders',
          reason: 'down',
        },
      ]);
    });

    test('puts records off whose route cannot be read, for as long as it takes', async () => {
      const { receive, letters, clock } = retryPath({ route: new RouteError('down', { isMissing: false }) });
      clock.advance(48 * hour);
      await receive(parkedBody());

      expect(letters()).toMatchObject([{ queue: 'retry', delaySeconds: 60 }]);
    });

    test('dead-letters what holds no parked records, as it is', async () => {
      const { receive, sent, entries } = retryPath();

      expect(await receive('no JSON')).toEqual([]);
      expect(sent).toEqual([{ body: 'no JSON', queueUrl: route.deadLetterQueueUrl, target: 'unreadable' }]);
      expect(entries()).toEqual([
        {
          level: 'error',
          message: 'A message holds no parked records',
          requestId: 'request-1',
          messageId: 'message-0',
        },
      ]);
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
