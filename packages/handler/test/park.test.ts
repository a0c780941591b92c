import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { decodeParkedRecords, limits } from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Undelivered } from '../src/deliver.ts';
import type { FailureClass } from '../src/failure-class.ts';
import { createObjectStore } from '../src/object-store.ts';
import { createPark } from '../src/park.ts';
import { createQueues } from '../src/queues.ts';
import {
  collectingLog,
  deadline,
  flightLimit,
  items,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';
import { type FakeAws, serviceError, startAws } from './servers.ts';

const route = storedRoute();
const to = target({ onFailure: 'park' });
const reason = 'TooManyRequestsException: Rate exceeded';

function undelivered(first: number, count: number, failureClass: FailureClass = 'throttled'): Undelivered {
  return { first, count, failure: { class: failureClass, reason } };
}

async function setUp() {
  const aws = await startAws();
  onTestFinished(aws.close);
  const requestHandler = new NodeHttpHandler();
  const credentials = { accessKeyId: 'AKIAFORWARDER', secretAccessKey: 'secret of the forwarder' };
  const client = { endpoint: aws.url, region: 'us-west-2', credentials, requestHandler, maxAttempts: 1 };
  onTestFinished(() => requestHandler.destroy());
  const bucket = createObjectStore({
    bucket: 'failures',
    region: 'us-west-2',
    endpoint: aws.url,
    credentials: async () => credentials,
    requestHandler,
  });
  const { log, entries } = collectingLog();
  const park = createPark({
    queues: createQueues(new SQSClient(client)),
    bucket,
    flight: flightLimit(),
    log,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
  });
  const parkRecords = (
    records: readonly KinesisStreamRecord[],
    ranges: Undelivered[],
    options: { deadline?: ReturnType<typeof deadline>; parkedAt?: string } = {},
  ) => {
    const parking = {
      route,
      streamArn,
      deadline: deadline(),
      requestId: 'request-1',
      attempts: 1,
      delaySeconds: 30,
      ...options,
    };
    return park(parking, to, items(records), ranges);
  };
  return { aws, parkRecords, entries };
}

/** What was parked, wherever, by sequence number. */
function parkedNumbers(aws: FakeAws): string[] {
  const bodies = [...aws.messages.map(({ body }) => body), ...aws.objects.values()];
  return bodies.flatMap((body) => {
    const records = decodeParkedRecords(body)?.records as KinesisStreamRecord[];
    return records.map(({ kinesis }) => kinesis.sequenceNumber);
  });
}

describe('createPark', () => {
  test('puts exactly the records concerned into the retry queue of the route, with all that is known of them', async () => {
    const { aws, parkRecords, entries } = await setUp();
    const records = kinesisRecords(5);

    expect(await parkRecords(records, [undelivered(1, 3)])).toEqual([]);

    expect(aws.messages).toEqual([
      { queueUrl: route.retryQueueUrl, body: expect.any(String), group: to.functionArn, delaySeconds: 30 },
    ]);
    expect(decodeParkedRecords(aws.messages[0]?.body ?? '')).toEqual({
      route: 'orders',
      streamArn,
      target: to.functionArn,
      shardId: 'shardId-000000000000',
      firstSequenceNumber: '2',
      lastSequenceNumber: '4',
      count: 3,
      failure: 'throttled',
      reason,
      attempts: 1,
      parkedAt: '2026-01-01T00:00:00.000Z',
      records: records.slice(1, 4),
    });
    expect(entries()).toEqual([]);
  });

  test('keeps the time of records that were parked before', async () => {
    const { aws, parkRecords } = await setUp();
    await parkRecords(kinesisRecords(2), [undelivered(0, 1)], { parkedAt: '2025-12-24T00:00:00.000Z' });
    const [message] = aws.messages;
    expect(decodeParkedRecords(message?.body ?? '')?.parkedAt).toBe('2025-12-24T00:00:00.000Z');
  });

  test('sends a message for each failure', async () => {
    const { aws, parkRecords } = await setUp();

    await parkRecords(kinesisRecords(5), [undelivered(0, 1), undelivered(3, 2, 'refused')]);

    expect(
      aws.messages
        .map(({ body }) => decodeParkedRecords(body))
        .map((parked) => [parked?.failure, parked?.count])
        .sort(),
    ).toEqual([
      ['refused', 2],
      ['throttled', 1],
    ]);
  });

  test('parks nothing where nothing is lacking', async () => {
    const { aws, parkRecords } = await setUp();

    expect(await parkRecords(kinesisRecords(5), [])).toEqual([]);
    expect(aws.messages).toEqual([]);
  });

  test('cuts what is more than a message holds', async () => {
    const { aws, parkRecords } = await setUp();
    const records = kinesisRecords(30, 100_000);

    expect(await parkRecords(records, [undelivered(0, 30)])).toEqual([]);

    expect(aws.messages.map(({ body }) => decodeParkedRecords(body)?.count).sort()).toEqual([2, 7, 7, 7, 7]);
    expect(parkedNumbers(aws).sort()).toEqual(records.map(({ kinesis }) => kinesis.sequenceNumber).sort());
  });

  test.for(['\uffff', '\ufffe'])(
    'cuts by what %j takes in a message, so that no part goes elsewhere',
    async (text) => {
      const { aws, parkRecords } = await setUp();
      const records = ['1', '2', '3', '4', '5'].map((sequenceNumber) =>
        kinesisRecord({ sequenceNumber, partitionKey: text.repeat(60_000) }),
      );

      await parkRecords(records, [undelivered(0, 5)]);

      expect(aws.messages.map(({ body }) => decodeParkedRecords(body)?.count).sort()).toEqual([1, 2, 2]);
      expect(aws.objects.size).toBe(0);
    },
  );

  test('cuts by the commas between many small records too', async () => {
    const { aws, parkRecords } = await setUp();
    const records = Array.from({ length: 20_000 }, (_, index) => {
      const { kinesis, eventSourceARN } = kinesisRecord({ sequenceNumber: String(index), data: '' });
      return { kinesis: { sequenceNumber: kinesis.sequenceNumber, data: '' }, eventSourceARN };
    });

    await parkRecords(records as KinesisStreamRecord[], [undelivered(0, 20_000)]);

    expect(aws.objects.size).toBe(0);
    expect(parkedNumbers(aws)).toHaveLength(20_000);
  });

  test('puts what is larger than a message into the failure bucket, the rest into the queue', async () => {
    const { aws, parkRecords } = await setUp();
    const large = kinesisRecord({ sequenceNumber: '9', data: 'd'.repeat(800_000) });
    const records = [...kinesisRecords(2), large];

    expect(await parkRecords(records, [undelivered(0, 3)])).toEqual([]);

    expect(aws.messages).toHaveLength(1);
    const [[key, body] = ['', '']] = aws.objects;
    expect(key).toBe(`/failures/parked/orders/${to.functionArn}/shardId-000000000000:9-1.json`);
    expect(decodeParkedRecords(body)).toMatchObject({ failure: 'throttled', reason, records: [large] });
  });

  test('fills a message to the last byte that SQS takes', async () => {
    const { aws, parkRecords } = await setUp();
    const parkOne = (fill: number) =>
      parkRecords([kinesisRecord({ partitionKey: 'k'.repeat(fill) })], [undelivered(0, 1)]);
    await parkOne(0);
    const fill = limits.sqs.messageBytes - Buffer.byteLength(aws.messages[0]?.body ?? '');

    await parkOne(fill);
    await parkOne(fill + 1);

    expect(aws.messages.map(({ body }) => Buffer.byteLength(body)).slice(1)).toEqual([
      limits.sqs.messageBytes,
    ]);
    expect(aws.objects.size).toBe(1);
  });

  test('puts what no invocation can carry into the failure bucket, however small it is', async () => {
    const { aws, parkRecords } = await setUp();

    expect(await parkRecords(kinesisRecords(1), [undelivered(0, 1, 'too-large')])).toEqual([]);

    expect(aws.messages).toEqual([]);
    expect(aws.objects.size).toBe(1);
  });

  test('keeps records apart in the bucket that are the parts of one', async () => {
    const { aws, parkRecords } = await setUp();
    const parts = [0, 1].map((subSequenceNumber) => {
      const record = kinesisRecord();
      return { ...record, kinesis: { ...record.kinesis, subSequenceNumber } };
    });

    await parkRecords(parts, [undelivered(0, 1, 'too-large'), undelivered(1, 1, 'too-large')]);

    expect(aws.objects.size).toBe(2);
  });

  test('returns what could not be parked, and says why', async () => {
    const { aws, parkRecords, entries } = await setUp();
    aws.sqs = (call) =>
      'body' in call && decodeParkedRecords(call.body)?.failure === 'refused'
        ? serviceError(403, 'AccessDenied', 'not allowed')
        : undefined;

    const unparked = await parkRecords(kinesisRecords(5), [undelivered(0, 2), undelivered(3, 2, 'refused')]);

    expect(unparked).toEqual([undelivered(3, 2, 'refused')]);
    expect(entries()).toEqual([
      {
        level: 'error',
        message: 'Records could not be parked',
        requestId: 'request-1',
        route: 'orders',
        target: to.functionArn,
        records: 2,
        class: 'refused',
        reason: 'AccessDenied: not allowed',
      },
    ]);
  });

  test('returns what the bucket does not take', async () => {
    const { aws, parkRecords } = await setUp();
    aws.s3 = () => ({ status: 403 });

    const range = undelivered(0, 1, 'too-large');
    expect(await parkRecords(kinesisRecords(1), [range])).toEqual([range]);
  });

  test('returns what was not parked when the time is over', async () => {
    const { aws, parkRecords, entries } = await setUp();
    const time = deadline();
    aws.sqs = () => {
      setImmediate(time.endParking);
      return new Promise(() => {});
    };

    expect(await parkRecords(kinesisRecords(3), [undelivered(0, 3)], { deadline: time })).toEqual([
      undelivered(0, 3),
    ]);
    aws.sqs = () => undefined;
    expect(await parkRecords(kinesisRecords(3), [undelivered(0, 3)], { deadline: time })).toEqual([
      undelivered(0, 3),
    ]);
    expect(aws.messages).toEqual([]);
    expect(entries().at(-1)).toMatchObject({ reason: 'DeadlineError: The time for parking is over' });
  });

  test('parks each record once, in order, in messages that SQS takes, whatever is in it', async () => {
    const { aws, parkRecords } = await setUp();
    const anyKey = fc
      .tuple(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\uffff', '\ufffe', 'ü', '\0', '"')),
        fc.nat({ max: 400_000 }),
      )
      .map(([text, length]) => text.repeat(Math.ceil(length / Math.max(1, text.length))));
    await fc.assert(
      fc.asyncProperty(fc.array(anyKey, { minLength: 1, maxLength: 8 }), async (keys) => {
        aws.messages.length = 0;
        aws.objects.clear();
        const records = keys.map((partitionKey, index) =>
          kinesisRecord({ partitionKey, sequenceNumber: String(index) }),
        );

        expect(await parkRecords(records, [undelivered(0, records.length)])).toEqual([]);

        expect(parkedNumbers(aws).sort()).toEqual(
          records.map(({ kinesis }) => kinesis.sequenceNumber).sort(),
        );
        for (const { body } of aws.messages) {
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.sqs.messageBytes);
          expect(/[\ufffe\uffff]/.test(body)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });
});
