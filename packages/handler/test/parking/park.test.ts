import { decodeParkedRecords, limits } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { Parcel } from '../../src/parking/parcel.ts';
import { deadline, items, kinesisRecord, kinesisRecords } from '../factories.ts';
import { reader, retryPath, route } from '../retry-path.ts';

const mib = 1024 * 1024;

/** A record that takes so many bytes of a message, of which some characters are written as six bytes instead of three. */
function recordOf(bytes: number, options: { sequenceNumber?: string; escaped?: number } = {}) {
  const { sequenceNumber = '1', escaped = 0 } = options;
  const sized = (length: number) =>
    kinesisRecord({ sequenceNumber, data: '', partitionKey: '\ufffe'.repeat(escaped) + 'k'.repeat(length) });
  const [{ bytes: least } = { bytes: 0 }] = items([sized(0)]);
  return sized(bytes - 1 - 3 * escaped - least);
}

function setUp(options: { random?: number } = {}) {
  const path = retryPath(options);
  const park = (parcel: Partial<Parcel> = {}, to: 'retry' | 'dead-letters' = 'retry', time = deadline()) =>
    path.park(
      {
        route,
        streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
        target: reader.functionArn,
        shardId: 'shardId-000000000000',
        deadline: time,
        requestId: 'request-1',
        to,
      },
      [
        {
          items: items(kinesisRecords(3)),
          failure: { class: 'denied', reason: 'no' },
          attempts: 2,
          hops: 0,
          ...parcel,
        },
      ],
    );
  return { ...path, park };
}

describe('createPark', () => {
  test('sends records with the facts to the retry queue, for the group of their target', async () => {
    const { park, sent, letters } = setUp();

    expect(await park()).toEqual(new Set());
    expect(sent[0]).toMatchObject({
      queueUrl: route.retryQueueUrl,
      target: reader.functionArn,
      delaySeconds: 30,
    });
    expect(letters()).toEqual([
      {
        queue: 'retry',
        delaySeconds: 30,
        numbers: ['1', '2', '3'],
        count: 3,
        route: 'orders',
        streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
        target: reader.functionArn,
        shardId: 'shardId-000000000000',
        firstSequenceNumber: '1',
        lastSequenceNumber: '3',
        failure: 'denied',
        reason: 'no',
        attempts: 2,
        parkedAt: '2026-01-01T00:00:00.000Z',
        dueAt: '2026-01-01T00:00:30.000Z',
        hops: 0,
      },
    ]);
  });

  describe('for a paused target', () => {
    const paused = { class: 'paused', reason: 'paused' } as const;
    const prefix = `waiting/paused/orders/${reader.functionArn}/`;
    const arrived = (seconds: number | undefined, sequenceNumber = '1') => {
      const record = kinesisRecord({ sequenceNumber });
      return items([
        { ...record, kinesis: { ...record.kinesis, approximateArrivalTimestamp: seconds as number } },
      ]);
    };

    test('puts records into the bucket, with no message', async () => {
      const { park, sent, stored, counts } = setUp();
      expect(await park({ failure: paused })).toEqual(new Set());

      expect(sent).toEqual([]);
      const [[key, body] = ['', '']] = [...stored];
      expect(key.startsWith(prefix)).toBe(true);
      expect(decodeParkedRecords(body)).toMatchObject({ count: 3, failure: 'paused', reason: 'paused' });
      expect(counts).not.toHaveProperty('keptObjects');
    });

    test.for([
      ['a record of Kinesis', 1_767_225_599.25, '2025-12-31T23:59:59.250Z'],
      ['a record that does not say when it arrived', undefined, '2026-01-01T00:00:00.000Z'],
      ['a record of no time that text has', 1e15, '2026-01-01T00:00:00.000Z'],
      ['a record of the epoch', 0, '2026-01-01T00:00:00.000Z'],
    ] as const)('names the object by when the first of them arrived: %s', async ([_, seconds, time]) => {
      const { park, stored } = setUp();
      await park({ failure: paused, items: arrived(seconds) });

      expect([...stored.keys()]).toEqual([
        expect.stringMatching(new RegExp(`^${prefix}${time}-[^/]+-1-[0-9a-f]{16}\\.json$`)),
      ]);
    });

    test('names it by when an item was changed, for the stream of a table', async () => {
      const { park, stored } = setUp();
      const eventSourceARN =
        'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-01T00:00:00.000';
      const dynamodb = { SequenceNumber: '1', ApproximateCreationDateTime: 1_767_225_599 };
      await park({ failure: paused, items: items([{ eventSourceARN, eventID: 'a', dynamodb } as never]) });

      expect([...stored.keys()]).toEqual([expect.stringContaining(`${prefix}2025-12-31T23:59:59.000Z-`)]);
    });

    test('writes the same records again to the same object, and others to another', async () => {
      const { park, stored } = setUp();
      await park({ failure: paused });
      await park({ failure: paused });
      expect(stored.size).toBe(1);
      await park({ failure: paused, items: items(kinesisRecords(4)).slice(0, 2) });
      await park({ failure: paused, items: items(kinesisRecords(4)).filter((_, index) => index !== 1) });
      expect(stored.size).toBe(3);
    });

    test('sends them to the retry queue where the bucket takes none, and reports why', async () => {
      const { park, letters, fails, entries } = setUp();
      fails.put = true;
      expect(await park({ failure: paused })).toEqual(new Set());

      expect(letters()).toMatchObject([{ queue: 'retry', delaySeconds: 900, failure: 'paused' }]);
      expect(entries()).toMatchObject([
        {
          level: 'warn',
          message:
            'Records of a paused target wait in the retry queue, since the failure bucket did not take them',
          route: 'orders',
          target: reader.functionArn,
          reason: expect.stringContaining('down'),
        },
      ]);
    });
  });

  test('cuts records into messages of up to 1 MiB, each record once and in order', async () => {
    const { park, sent, letters } = setUp();
    await park({ items: items(kinesisRecords(9, 300_000)) });

    expect(letters().flatMap(({ numbers }) => numbers)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ]);
    expect(sent).toHaveLength(5);
    for (const { body } of sent) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.sqs.messageBytes);
  });

  test('leaves room in a message for the facts', async () => {
    const room = mib - 8 * 1024;
    const two = (bytes: number) =>
      items([recordOf(bytes - 100_000), recordOf(100_000, { sequenceNumber: '2' })]);
    const [fits, doesNot] = [setUp(), setUp()];
    await fits.park({ items: two(room) });
    await doesNot.park({ items: two(room + 1) });

    expect([fits.letters(), doesNot.letters()].map((all) => all.map(({ numbers }) => numbers))).toEqual([
      [['1', '2']],
      [['1'], ['2']],
    ]);
  });

  test('counts what SQS does not take as it is with the bytes that it takes in a message', async () => {
    const room = mib - 8 * 1024;
    const two = (bytes: number) =>
      items([recordOf(bytes - 100_000, { escaped: 50_000 }), recordOf(100_000, { sequenceNumber: '2' })]);
    const [fits, doesNot] = [setUp(), setUp()];
    await fits.park({ items: two(room) });
    await doesNot.park({ items: two(room + 1) });

    expect([fits.sent.length, doesNot.sent.length]).toEqual([1, 2]);
  });

  test('sends messages of up to 1 MiB', async () => {
    const measured = setUp();
    await measured.park({ items: items([recordOf(1_000)]) });
    const facts = Buffer.byteLength(measured.sent[0]?.body ?? '') - 1_000;
    const [fits, doesNot] = [setUp(), setUp()];
    await fits.park({ items: items([recordOf(mib - facts)]) });
    await doesNot.park({ items: items([recordOf(mib - facts + 1)]) });

    expect(Buffer.byteLength(fits.sent[0]?.body ?? '')).toBe(mib);
    expect([fits.stored.size, doesNot.stored.size]).toEqual([0, 1]);
  });

  test('counts what SQS does not take as it is', async () => {
    const { park, sent } = setUp();
    await park({
      items: items([kinesisRecord({ partitionKey: '\uffff'.repeat(150_000), data: 'd'.repeat(200_000) })]),
    });

    expect(Buffer.byteLength(sent[0]?.body ?? '')).toBeLessThanOrEqual(mib);
  });

  test('puts a record that fits into no message into the bucket, with a message that names it', async () => {
    const { park, stored, letters, counts } = setUp({ random: 0.5 });
    await park({ items: items(kinesisRecords(1, 900_000)) });
    const [[key, body] = ['', '']] = [...stored];

    expect(key).toBe(`waiting/orders/${reader.functionArn}/shardId-000000000000:1-1-request-1-i.json`);
    expect(decodeParkedRecords(body)?.records).toHaveLength(1);
    expect(letters()).toMatchObject([{ queue: 'retry', numbers: [], object: key, count: 1, attempts: 2 }]);
    expect(counts).toEqual([]);
  });

  test('keeps what no invocation can carry in the bucket, and counts it', async () => {
    const { park, stored, sent, counts } = setUp();
    await park({ failure: { class: 'too-large', reason: '7 MB' } });

    expect([...stored.keys()]).toEqual([`parked/orders/${reader.functionArn}/shardId-000000000000:1-3.json`]);
    expect([sent, counts]).toEqual([[], ['keptObjects']]);
  });

  test('moves large records that have waited for ten minutes to the bucket', async () => {
    const { park, stored, clock } = setUp();
    const parkedAt = clock.now();
    clock.advance(599_999);
    await park({ parkedAt, items: items(kinesisRecords(2, 40_000)) });
    expect(stored.size).toBe(0);
    clock.advance(1);
    await park({ parkedAt, items: items(kinesisRecords(3)) });
    expect(stored.size).toBe(0);
    await park({ parkedAt, items: items(kinesisRecords(2, 40_000)) }, 'dead-letters');
    expect(stored.size).toBe(0);
    await park({ parkedAt, items: items(kinesisRecords(2, 40_000)) });

    expect(stored.size).toBe(1);
  });

  test('moves those of more than 64 KiB', async () => {
    const measured = setUp();
    const parkedAt = measured.clock.now() - 600_000;
    await measured.park({ parkedAt, items: items([recordOf(1_000)]) });
    const facts = Buffer.byteLength(measured.sent[0]?.body ?? '') - 1_000;
    const { park, stored } = setUp();
    await park({ parkedAt, items: items([recordOf(64 * 1024 - facts)]) });
    expect(stored.size).toBe(0);

    await park({ parkedAt, items: items([recordOf(64 * 1024 - facts + 1)]) });
    expect(stored.size).toBe(1);
  });

  test('notes since when the route has no such target', async () => {
    const { park, letters, clock } = setUp();
    await park({ unroutedSince: clock.now() - 1_000 });

    expect(letters()).toMatchObject([{ unroutedSince: '2025-12-31T23:59:59.000Z' }]);
  });

  test('never waits beyond the time for retries', async () => {
    const { park, letters, clock } = setUp();
    const parkedAt = clock.now();
    clock.advance(10 * 3_600_000);
    await park({ parkedAt, failure: { class: 'reported', reason: 'bad' } });

    expect(letters()).toMatchObject([{ dueAt: '2026-01-02T00:00:00.000Z', delaySeconds: 900 }]);
  });

  test('sends dead letters without a delay, with how often the function was called', async () => {
    const { park, letters, clock } = setUp();
    const parkedAt = clock.now();
    clock.advance(86_400_000);
    await park({ parkedAt }, 'dead-letters');

    expect(letters()).toMatchObject([
      { queue: 'dead-letters', delaySeconds: 0, reason: 'Given up after 24 h and 2 calls: no' },
    ]);
  });

  test('returns what could not be kept, and logs why', async () => {
    const { park, fails, entries } = setUp();
    const kept = items(kinesisRecords(2));
    fails.queue = true;

    expect(await park({ items: kept })).toEqual(new Set(kept));
    expect(entries()).toMatchObject([
      { message: 'Records could not be parked', records: 2, reason: 'Error: the queue is down' },
    ]);
  });

  test('keeps nothing once the time for parking is over', async () => {
    const { park, sent } = setUp();
    const over = deadline();
    over.endParking();

    expect((await park({}, 'retry', over)).size).toBe(3);
    expect(sent).toEqual([]);
  });

  describe('with records of a call whose answer may yet come', () => {
    function late() {
      const { promise: delivered, resolve } = Promise.withResolvers<boolean>();
      const all = setUp();
      const answer = async (isDelivered: boolean) => {
        resolve(isDelivered);
        await new Promise((done) => setImmediate(done));
      };
      return { ...all, answer, late: { delivered, endsAt: all.clock.now() + 20_000 } };
    }

    test('keeps them in an object, and sends them again 14 minutes after the end of the call', async () => {
      const { park, letters, stored, late: answer } = late();

      expect(await park({ late: answer })).toEqual(new Set());
      const [[key, body] = ['', '']] = [...stored];
      expect(decodeParkedRecords(body)?.records).toHaveLength(3);
      expect(letters()).toMatchObject([
        {
          queue: 'retry',
          numbers: [],
          count: 3,
          object: key,
          dueAt: '2026-01-01T00:14:20.000Z',
          delaySeconds: 860,
        },
      ]);
    });

    test('keeps to another time that is asked for', async () => {
      const { park, letters, clock, late: answer } = late();
      await park({ late: answer, dueAt: clock.now() + 5_000 });

      expect(letters()).toMatchObject([{ dueAt: '2026-01-01T00:00:05.000Z', delaySeconds: 5 }]);
    });

    test('deletes the object once the target has them, so that the message is void', async () => {
      const { park, stored, answer, late: it } = late();
      await park({ late: it });
      expect(stored.size).toBe(1);
      await answer(true);

      expect(stored.size).toBe(0);
    });

    test('deletes the object of each message', async () => {
      const { park, sent, stored, answer, late: it } = late();
      await park({ late: it, items: items(kinesisRecords(9, 300_000)) });
      expect([sent.length, stored.size]).toEqual([5, 5]);
      await answer(true);

      expect(stored.size).toBe(0);
    });

    test('keeps the object where the function failed', async () => {
      const { park, stored, answer, late: it } = late();
      await park({ late: it });
      await answer(false);

      expect(stored.size).toBe(1);
    });

    test('logs that the object could not be deleted, and goes on', async () => {
      const { park, stored, fails, answer, entries, late: it } = late();
      await park({ late: it });
      fails.delete = true;
      await answer(true);

      expect(stored.size).toBe(1);
      expect(entries()).toEqual([
        expect.objectContaining({
          level: 'warn',
          message: 'Records that their target has by now could not be taken back; they are sent again',
          route: 'orders',
          target: reader.functionArn,
          object: [...stored.keys()][0],
          reason: 'Error: the bucket is down',
        }),
      ]);
    });
  });
});
