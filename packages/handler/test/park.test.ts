import { decodeParkedRecords, limits } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import type { Parcel } from '../src/park.ts';
import { deadline, items, kinesisRecord, kinesisRecords } from './factories.ts';
import { reader, retryPath, route } from './retry-path.ts';

const mib = 1024 * 1024;

function setUp() {
  const path = retryPath();
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

  test('counts what SQS does not take as it is', async () => {
    const { park, sent } = setUp();
    await park({
      items: items([kinesisRecord({ partitionKey: '\uffff'.repeat(150_000), data: 'd'.repeat(200_000) })]),
    });

    expect(Buffer.byteLength(sent[0]?.body ?? '')).toBeLessThanOrEqual(mib);
  });

  test('puts a record that fits into no message into the bucket, with a message that names it', async () => {
    const { park, stored, letters, counts } = setUp();
    await park({ items: items(kinesisRecords(1, 900_000)) });
    const [[key, body] = ['', '']] = [...stored];

    expect(key).toMatch(/^waiting\/orders\/arn:aws:lambda:.*-1-request-1-.*\.json$/);
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

  test('returns what could not be kept, and says why', async () => {
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
