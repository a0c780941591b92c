import type { StoredRoute } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { targetKey } from '../../src/delivery/target-key.ts';
import { createDeadline } from '../../src/invocation/deadline.ts';
import type { Item } from '../../src/records/pack.ts';
import { EventError } from '../../src/records/stream-event.ts';
import { RouteError, type RouteStore } from '../../src/routes/route-store.ts';
import { createDeliveryMemory } from '../../src/stream/delivery-memory.ts';
import type { BatchForTargets, ForwardBatch } from '../../src/stream/forward-batch.ts';
import { createStreamBatchHandler } from '../../src/stream/stream-batch.ts';
import {
  collectingMetrics,
  countTimers,
  fakeClock,
  invocationContext,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  streamArn,
  target,
} from '../factories.ts';
import { aggregateByLibrary } from '../kpl.ts';

const accounts = ['222222222222', '333333333333', '444444444444'];
const [first = '', second = '', third = ''] = accounts;

/** Targets in all accounts; what they lack is told by account, for the next batches. */
function setUp(
  options: { route?: Partial<StoredRoute>; routes?: RouteStore['get']; forward?: ForwardBatch } = {},
) {
  const { clock, timers } = countTimers(fakeClock());
  const route = storedRoute({ targets: accounts.map((account) => target({ account })), ...options.route });
  const askedFor: { arn: string; deadline: unknown }[] = [];
  const routes: Pick<RouteStore, 'get'> = {
    get:
      options.routes ??
      (async (arn, deadline) => {
        askedFor.push({ arn, deadline });
        return route;
      }),
  };
  /** Places in the batch of what each target does not take. */
  const lacks: Record<string, readonly number[]> = {};
  /** Sequence numbers of what is not kept in mind for a target. */
  const unsure: Record<string, readonly string[]> = {};
  const works: BatchForTargets[] = [];
  const sent: Record<string, Item[]> = {};
  const forward: ForwardBatch =
    options.forward ??
    (async (work, to) => {
      const { items } = work.batch;
      works.push(work);
      const due = items.filter((item) => !work.hadBefore?.(targetKey(to), item));
      sent[to.account] = due;
      const lacking = new Set(due.filter((item) => lacks[to.account]?.includes(items.indexOf(item))));
      const isUnsure = ({ sequenceNumber }: Item) => unsure[to.account]?.includes(sequenceNumber);
      return { target: to, items, lacking, has: (item) => !lacking.has(item) && !isUnsure(item) };
    });
  const { metrics, flushed } = collectingMetrics();
  const failureFlushes: number[] = [];
  const failures = { report: () => {}, flush: () => failureFlushes.push(works.length) };
  const memory = createDeliveryMemory({ now: clock.now });
  const handler = createStreamBatchHandler({ routes, forward, memory, metrics, failures, clock });
  /** Handles a batch; what each target was sent of it, by account. */
  const handle = async (records: unknown[], lacked: Record<string, readonly number[]> = {}) => {
    for (const account of accounts) lacks[account] = lacked[account] ?? [];
    works.length = 0;
    const response = await handler({ Records: records }, invocationContext());
    const numbers = Object.fromEntries(
      Object.entries(sent).map(([account, items]) => [
        account,
        items.map(({ sequenceNumber }) => sequenceNumber),
      ]),
    );
    return { response, sent: numbers };
  };
  return {
    clock,
    timers,
    route,
    askedFor,
    unsure,
    works,
    items: sent,
    flushed,
    failureFlushes,
    memory,
    handle,
  };
}

const nothing = { batchItemFailures: [] };
const from = (itemIdentifier: string) => ({ batchItemFailures: [{ itemIdentifier }] });

describe('createStreamBatchHandler', () => {
  test('forwards the batch to every target of the route of its stream', async () => {
    const { handle, askedFor, works } = setUp();

    const { response, sent } = await handle(kinesisRecords(3));

    expect(response).toEqual(nothing);
    expect(askedFor.map(({ arn }) => arn)).toEqual([streamArn]);
    expect(sent).toEqual({ [first]: ['1', '2', '3'], [second]: ['1', '2', '3'], [third]: ['1', '2', '3'] });
    expect(works[0]?.batch).toMatchObject({ streamArn, shardId: 'shardId-000000000000' });
  });

  test('takes the batch apart once for all targets', async () => {
    const { handle, works } = setUp();

    await handle(kinesisRecords(3));

    expect(works).toHaveLength(3);
    expect(new Set(works.map(({ batch }) => batch)).size).toBe(1);
  });

  test('forwards the batch to targets of which none blocks', async () => {
    const { handle } = setUp({ route: { targets: [target({ account: second, onFailure: 'park' })] } });

    expect(await handle(kinesisRecords(2))).toEqual({ response: nothing, sent: { [second]: ['1', '2'] } });
  });

  test('passes on the time, the route and the invocation', async () => {
    const { handle, clock, works, askedFor, route } = setUp();
    const { totalMs } = createDeadline(60_000, fakeClock());

    await handle(kinesisRecords(1));

    const [work] = works;
    expect(work?.route).toBe(route);
    expect(work?.requestId).toBe('request-1');
    expect(work?.hadBefore).toBeUndefined();
    expect(work?.deadline.totalMs).toBe(totalMs);
    expect(work?.deadline.msToSend()).toBe(totalMs);
    expect(work?.deadline).toBe(askedFor[0]?.deadline);
    work?.patience.done();
    expect(work?.patience.endsAt(0)).toBe(clock.now() + 1_000);
  });

  test('writes what was counted once all is done, and leaves no timer behind', async () => {
    const { handle, flushed, failureFlushes, timers } = setUp();

    await handle(kinesisRecords(1));

    expect([flushed.length, failureFlushes]).toEqual([1, [3]]);
    expect(timers.size).toBe(0);
  });

  test('begins with every target before any is done', async () => {
    const started: string[] = [];
    const { promise: allStarted, resolve } = Promise.withResolvers<void>();
    const { handle } = setUp({
      forward: async ({ batch }, to) => {
        started.push(to.account);
        if (started.length === accounts.length) resolve();
        await allStarted;
        return { target: to, items: batch.items, lacking: new Set(), has: () => true };
      },
    });

    expect((await handle(kinesisRecords(1))).response).toEqual(nothing);
    expect(started).toEqual(accounts);
  });

  test('handles a batch of a DynamoDB stream, by the sequence numbers of its records', async () => {
    const { handle, askedFor } = setUp();
    const eventSourceARN =
      'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
    const records = ['7', '8', '9'].map((SequenceNumber) => ({
      eventID: `event ${SequenceNumber}`,
      dynamodb: { SequenceNumber, Keys: { id: { S: SequenceNumber } } },
      eventSourceARN,
    }));

    expect((await handle(records, { [second]: [1, 2] })).response).toEqual(from('8'));
    expect(askedFor.map(({ arn }) => arn)).toEqual([eventSourceARN]);

    const { response, sent } = await handle(records.slice(1));
    expect(response).toEqual(nothing);
    expect(sent).toEqual({ [first]: [], [second]: ['8', '9'], [third]: [] });
  });

  test('lets an invocation fail whose route is not known, and leaves no timer behind', async () => {
    const { handle, timers, flushed, failureFlushes } = setUp({
      routes: () => Promise.reject(new RouteError('no route', { isMissing: true })),
    });

    await expect(handle(kinesisRecords(1))).rejects.toThrow(new RouteError('no route', { isMissing: true }));
    expect([flushed.length, failureFlushes.length, timers.size]).toEqual([1, 1, 0]);
  });

  test('lets an invocation fail with records of two streams', async () => {
    const { handle, askedFor } = setUp();
    const other = kinesisRecord({ eventSourceARN: `${streamArn}-2` });

    await expect(handle([kinesisRecord(), other])).rejects.toThrow(EventError);
    expect(askedFor).toEqual([]);
  });

  describe('where targets lack records', () => {
    test('answers with only the lowest sequence number', async () => {
      const { handle } = setUp();

      expect((await handle(kinesisRecords(4), { [first]: [2, 3], [third]: [1, 3] })).response).toEqual(
        from('2'),
      );
    });

    test('uses the order of the batch as that of its records', async () => {
      const { handle } = setUp();
      const records = ['9', '10'].map((sequenceNumber) => kinesisRecord({ sequenceNumber }));

      expect((await handle(records, { [first]: [1], [second]: [0] })).response).toEqual(from('9'));
    });

    test('answers with the first record of a batch of which a target has nothing', async () => {
      const { handle } = setUp();

      expect((await handle(kinesisRecords(4), { [second]: [0, 1, 2, 3] })).response).toEqual(from('1'));
    });
  });

  describe('with targets of both kinds', () => {
    const [blocks, parks, alsoParks] = [
      target({ account: first, onFailure: 'block' }),
      target({ account: second, onFailure: 'park' }),
      target({ account: third, onFailure: 'park' }),
    ];
    const route = { targets: [parks, blocks, alsoParks] };

    test('begins with those that park once those that block are done', async () => {
      const order: string[] = [];
      const forward: ForwardBatch = async ({ batch }, { account }) => {
        order.push(`${account} begins`);
        await Promise.resolve();
        order.push(`${account} ends`);
        return { target: blocks, items: batch.items, lacking: new Set(), has: () => true };
      };
      const { handle } = setUp({ route, forward });
      await handle(kinesisRecords(2));

      expect(order).toEqual([
        `${first} begins`,
        `${first} ends`,
        `${second} begins`,
        `${third} begins`,
        `${second} ends`,
        `${third} ends`,
      ]);
    });

    test('offers those that park what is before the first record that one that blocks lacks', async () => {
      const { handle } = setUp({ route });

      expect(await handle(kinesisRecords(4), { [first]: [2] })).toEqual({
        response: { batchItemFailures: [{ itemIdentifier: '3' }] },
        sent: { [first]: ['1', '2', '3', '4'], [second]: ['1', '2'], [third]: ['1', '2'] },
      });
    });

    test('offers them nothing while one that blocks lacks the first record', async () => {
      const { handle } = setUp({ route });

      const { sent } = await handle(kinesisRecords(4), { [first]: [0] });

      expect(sent).toEqual({ [first]: ['1', '2', '3', '4'] });
    });

    test('offers them each record once, also where another environment gets the retry', async () => {
      const [one, other] = [setUp({ route }), setUp({ route })];
      const before = await one.handle(kinesisRecords(4), { [first]: [2] });
      const after = await other.handle(kinesisRecords(4).slice(2));

      expect([before.sent[second], after.sent[second]]).toEqual([
        ['1', '2'],
        ['3', '4'],
      ]);
    });

    test('does not treat as delivered what it did not offer', async () => {
      const { handle } = setUp({ route });
      await handle(kinesisRecords(4), { [first]: [2], [second]: [1] });

      const { sent } = await handle(kinesisRecords(4).slice(1));

      expect(sent).toEqual({ [first]: ['3', '4'], [second]: ['2', '3', '4'], [third]: ['3', '4'] });
    });

    test('shares one shipment among those that get the same', async () => {
      const { handle, works } = setUp({ route });
      await handle(kinesisRecords(4));
      expect(new Set(works.map(({ batch }) => batch.shipment)).size).toBe(1);

      await handle(kinesisRecords(4), { [first]: [2] });
      expect(new Set(works.map(({ batch }) => batch.shipment)).size).toBe(2);
    });
  });

  describe('when the stream brings records again', () => {
    test('sends each target only what it lacks', async () => {
      const { handle } = setUp();
      await handle(kinesisRecords(4), { [first]: [2, 3], [third]: [1] });

      const { sent, response } = await handle(kinesisRecords(4).slice(1));

      expect(response).toEqual(nothing);
      expect(sent).toEqual({ [first]: ['3', '4'], [second]: [], [third]: ['2'] });
    });

    test('looks for the longest run among those only that come again', async () => {
      const { handle } = setUp();
      await handle(kinesisRecords(6), { [first]: [2], [second]: [3] });

      const { sent } = await handle(kinesisRecords(6).slice(2));

      // The longest run of the second target is 1 to 3, but 1 and 2 do not come again.
      expect(sent).toEqual({ [first]: ['3'], [second]: ['3', '4'], [third]: [] });
    });

    test('sends what is new in the batch', async () => {
      const { handle } = setUp();
      await handle(kinesisRecords(3), { [first]: [1, 2] });

      const { sent } = await handle(kinesisRecords(5).slice(1));

      expect(sent).toEqual({ [first]: ['2', '3', '4', '5'], [second]: ['4', '5'], [third]: ['4', '5'] });
    });

    test('keeps the longest run of what a target has in mind, and sends the rest again', async () => {
      const { handle } = setUp();
      await handle(kinesisRecords(8), { [first]: [1, 3, 6] });

      const { sent } = await handle(kinesisRecords(8).slice(1));

      expect(sent[first]).toEqual(['2', '3', '4', '7', '8']);
    });

    test('keeps in mind only what a target has', async () => {
      const { handle, unsure } = setUp();
      unsure[second] = ['1', '3'];
      unsure[third] = ['1', '2', '3'];
      await handle(kinesisRecords(3), { [first]: [0] });

      const { sent } = await handle(kinesisRecords(3));

      expect(sent).toEqual({ [first]: ['1'], [second]: ['1', '3'], [third]: ['1', '2', '3'] });
    });

    test('keeps nothing in mind of what does not come again', async () => {
      const { handle } = setUp();
      await handle(kinesisRecords(4), { [first]: [2] });

      expect((await handle(kinesisRecords(4))).sent[second]).toEqual(['1', '2', '3', '4']);
    });

    test('remembers over several retries, and forgets once all is done', async () => {
      const { handle, memory } = setUp();
      await handle(kinesisRecords(3), { [first]: [0, 1, 2] });
      const again = await handle(kinesisRecords(3), { [first]: [0, 1, 2] });
      expect(again.response).toEqual(from('1'));
      expect(again.sent).toEqual({ [first]: ['1', '2', '3'], [second]: [], [third]: [] });

      const last = await handle(kinesisRecords(3));
      expect(last.sent).toEqual({ [first]: ['1', '2', '3'], [second]: [], [third]: [] });
      expect(memory.isEmpty()).toBe(true);
      const all = ['1', '2', '3'];
      expect((await handle(kinesisRecords(3))).sent).toEqual({ [first]: all, [second]: all, [third]: all });
    });

    test('remembers over the halves of a batch', async () => {
      const { handle, memory } = setUp();
      const records = kinesisRecords(4);
      await handle(records, { [first]: [0, 1, 2, 3] });

      const one = await handle(records.slice(0, 2));
      const other = await handle(records.slice(2));

      expect(one.sent).toEqual({ [first]: ['1', '2'], [second]: [], [third]: [] });
      expect(other.sent).toEqual({ [first]: ['3', '4'], [second]: [], [third]: [] });
      expect(memory.isEmpty()).toBe(true);
    });

    test('distinguishes targets with one function by their roles', async () => {
      const [one, other] = ['one', 'other'].map((name) =>
        target({ account: first, roleArn: `arn:aws:iam::${first}:role/${name}` }),
      );
      const asked: (boolean | undefined)[] = [];
      const { handle } = setUp({
        route: { targets: [one, other].filter((to) => to !== undefined) },
        forward: async ({ batch, hadBefore }, to) => {
          const [item] = batch.items;
          asked.push(item && hadBefore?.(targetKey(to), item));
          const lacking = new Set(to === one ? batch.items : []);
          return { target: to, items: batch.items, lacking, has: (each) => !lacking.has(each) };
        },
      });

      await handle(kinesisRecords(1));
      await handle(kinesisRecords(1));

      expect(asked).toEqual([undefined, undefined, false, true]);
    });

    test('treats no batch of another shard or stream as the same', async () => {
      const { handle, works } = setUp();
      await handle(kinesisRecords(3), { [first]: [0, 1, 2] });
      const anotherShard = kinesisRecords(3).map((record) => ({
        ...record,
        eventID: `shardId-000000000001:${record.kinesis.sequenceNumber}`,
      }));
      const anotherStream = kinesisRecords(3).map((record) => ({
        ...record,
        eventSourceARN: `${streamArn}-2`,
      }));

      expect((await handle(anotherShard)).sent[second]).toEqual(['1', '2', '3']);
      expect((await handle(anotherStream)).sent[second]).toEqual(['1', '2', '3']);
      expect(works[0]?.hadBefore).toBeUndefined();
      expect((await handle(kinesisRecords(3))).sent[second]).toEqual([]);
    });

    test('treats no batch of the shard that is processed beside it as the same', async () => {
      const { handle } = setUp();
      const [one, two, three, four] = ['1', '2', '3', '4'].map((sequenceNumber, index) =>
        kinesisRecord({ sequenceNumber, partitionKey: index % 2 === 0 ? 'a' : 'b' }),
      );
      await handle([one, three], { [first]: [0, 1] });

      expect((await handle([two, four])).sent[second]).toEqual(['2', '4']);
      expect((await handle([one, three])).sent).toEqual({ [first]: ['1', '3'], [second]: [], [third]: [] });
    });
  });

  describe('with aggregated records', () => {
    const data = aggregateByLibrary(
      ['a', 'b', 'c'].map((partitionKey) => ({ partitionKey, data: Buffer.from(`data of ${partitionKey}`) })),
    );
    const aggregate = kinesisRecord({ sequenceNumber: '5' });
    aggregate.kinesis.data = data.toString('base64');
    const records = [
      kinesisRecord({ sequenceNumber: '4' }),
      aggregate,
      kinesisRecord({ sequenceNumber: '6' }),
    ];
    const keysOf = (items: readonly Item[] = []) => items.map(({ record }) => record.kinesis?.partitionKey);

    test('leaves them as they are unless the route says otherwise', async () => {
      const { handle, items } = setUp();

      await handle([aggregate]);

      expect(items[first]?.map(({ record }) => record)).toEqual([aggregate]);
    });

    test('sends the records that they are made of where the route says so', async () => {
      const { handle, items } = setUp({ route: { deaggregate: true } });

      const { response, sent } = await handle(records);

      expect(response).toEqual(nothing);
      expect(sent[first]).toEqual(['4', '5', '5', '5', '6']);
      expect(keysOf(items[first])).toEqual(['key', 'a', 'b', 'c', 'key']);
    });

    test('has the record come again for one part, and sends only the parts that a target lacks', async () => {
      const { handle, items } = setUp({ route: { deaggregate: true } });
      expect((await handle(records, { [first]: [2, 3] })).response).toEqual(from('5'));

      const { sent, response } = await handle(records.slice(1), { [first]: [2] });
      expect(response).toEqual(from('5'));
      // Of two runs that are as long, part a and record 6, the first is kept in mind.
      expect(sent).toEqual({ [first]: ['5', '5', '6'], [second]: [], [third]: [] });
      expect(keysOf(items[first])).toEqual(['b', 'c', 'key']);

      await handle(records.slice(1));
      expect(keysOf(items[first])).toEqual(['c', 'key']);
    });
  });
});
