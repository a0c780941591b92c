import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch, Deliver, FailedFrom } from '../src/deliver.ts';
import { RouteError, type RouteStore } from '../src/route-store.ts';
import { createStreamBatchHandler, EventError } from '../src/stream-batch.ts';
import {
  batchContext,
  kinesisEvent,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  streamArn,
  target,
} from './factories.ts';

const accounts = ['222222222222', '333333333333', '444444444444'];
const route = storedRoute({ targets: accounts.map((account) => target({ account })) });

/** A handler whose targets fail as told, by account; and what it asked for. */
function setUp(failedFrom: Record<string, FailedFrom> = {}) {
  const askedFor: string[] = [];
  const routes: RouteStore = {
    get: async (arn) => {
      askedFor.push(arn);
      return route;
    },
  };
  const delivered: { batch: Batch; account: string }[] = [];
  const deliver: Deliver = async (batch, { account }) => {
    delivered.push({ batch, account });
    return failedFrom[account];
  };
  return { handler: createStreamBatchHandler({ routes, deliver }), askedFor, delivered };
}

describe('createStreamBatchHandler', () => {
  test('delivers the batch to every target of the route of its stream', async () => {
    const { handler, askedFor, delivered } = setUp();
    const records = kinesisRecords(3);

    const response = await handler(kinesisEvent(records), batchContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(askedFor).toEqual([streamArn]);
    expect(delivered.map(({ account }) => account)).toEqual(accounts);
    for (const { batch } of delivered) {
      expect(batch).toMatchObject({ route, sequenceNumbers: ['1', '2', '3'], requestId: 'request-1' });
      expect(batch.pack(10_000).map(({ payload }) => payload.toString())).toEqual([
        JSON.stringify({ Records: records }),
      ]);
      expect(batch.signal.aborted).toBe(false);
    }
  });

  test('handles a batch of a DynamoDB stream, by the sequence numbers of its records', async () => {
    const { handler, askedFor, delivered } = setUp({ [accounts[1] ?? '']: 1 });
    const eventSourceARN =
      'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
    const Records = ['7', '8', '9'].map((SequenceNumber) => ({
      eventName: 'INSERT',
      dynamodb: { SequenceNumber, NewImage: { id: { S: SequenceNumber } } },
      eventSourceARN,
    }));

    const response = await handler({ Records }, batchContext());

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '8' }] });
    expect(askedFor).toEqual([eventSourceARN]);
    expect(delivered[0]?.batch.pack(10_000).map(({ payload }) => payload.toString())).toEqual([
      JSON.stringify({ Records }),
    ]);
  });

  test('packs a batch once for all targets with the same limit', async () => {
    const { handler, delivered } = setUp();

    await handler(kinesisEvent(kinesisRecords(3)), batchContext());

    expect(new Set(delivered.map(({ batch }) => batch.pack(10_000))).size).toBe(1);
  });

  test('begins with every target before any is done', async () => {
    const started: string[] = [];
    const { promise: allStarted, resolve } = Promise.withResolvers<void>();
    const handler = createStreamBatchHandler({
      routes: { get: async () => route },
      deliver: async (_, { account }) => {
        started.push(account);
        if (started.length === accounts.length) resolve();
        await allStarted;
        return undefined;
      },
    });

    expect(await handler(kinesisEvent(kinesisRecords(1)), batchContext())).toEqual({ batchItemFailures: [] });
  });

  test('reports only the lowest failed sequence number', async () => {
    const { handler, delivered } = setUp({ '222222222222': 2, '444444444444': 1 });

    const response = await handler(kinesisEvent(kinesisRecords(4)), batchContext());

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(delivered).toHaveLength(3);
  });

  test('reports the first record of a batch that a target has nothing of', async () => {
    const { handler } = setUp({ '333333333333': 0 });

    expect(await handler(kinesisEvent(kinesisRecords(4)), batchContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
  });

  test('reports one sequence number of the batch if any target failed, and none otherwise', async () => {
    const anyBatch = fc
      .uniqueArray(fc.bigInt({ min: 10n ** 55n, max: 10n ** 56n }).map(String), {
        minLength: 1,
        maxLength: 10,
      })
      .chain((sequenceNumbers) =>
        fc.record({
          sequenceNumbers: fc.constant(sequenceNumbers),
          failedFrom: fc.dictionary(
            fc.constantFrom(...accounts),
            fc.nat({ max: sequenceNumbers.length - 1 }),
          ),
        }),
      );
    await fc.assert(
      fc.asyncProperty(anyBatch, async ({ sequenceNumbers, failedFrom }) => {
        const { handler } = setUp(failedFrom);
        const records = sequenceNumbers.map((sequenceNumber) => kinesisRecord({ sequenceNumber }));

        const { batchItemFailures } = await handler(kinesisEvent(records), batchContext());

        const lowest = Object.values(failedFrom).sort((a, b) => a - b)[0];
        expect(batchItemFailures).toEqual(
          lowest === undefined ? [] : [{ itemIdentifier: sequenceNumbers[lowest] }],
        );
      }),
    );
  });

  test('aborts a batch a second before the time is up', async () => {
    const handler = createStreamBatchHandler({
      routes: { get: async () => route },
      deliver: ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(1));
        }),
    });

    expect(await handler(kinesisEvent(kinesisRecords(3)), batchContext({ remainingMs: 1_010 }))).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
  });

  test('lets an invocation fail whose route is not known', async () => {
    const handler = createStreamBatchHandler({
      routes: { get: () => Promise.reject(new RouteError('no route')) },
      deliver: async () => undefined,
    });

    await expect(handler(kinesisEvent(kinesisRecords(1)), batchContext())).rejects.toThrow(
      new RouteError('no route'),
    );
  });
});

describe('EventError', () => {
  test.for(['null', '{}', '"Records"', '{"Records":[]}', '{"Records":{}}'])(
    'is thrown for %s, which has no records',
    async (json) => {
      const { handler, askedFor } = setUp();

      await expect(handler(JSON.parse(json), batchContext())).rejects.toThrow(
        new EventError('Expected an event with Records of a stream, as an event source mapping sends it'),
      );
      expect(askedFor).toEqual([]);
    },
  );

  test.for([
    '{"Records":[null]}',
    '{"Records":[{"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-west-2:111111111111:q","body":""}]}',
    `{"Records":[{"kinesis":{"sequenceNumber":"1"}}]}`,
    `{"Records":[{"kinesis":{"sequenceNumber":"1"},"eventSourceARN":"${streamArn}"},{"kinesis":{}}]}`,
    `{"Records":[{"kinesis":{"sequenceNumber":1},"eventSourceARN":"${streamArn}"}]}`,
  ])('is thrown for %s, which is no batch of a stream', async (json) => {
    const { handler, askedFor } = setUp();

    await expect(handler(JSON.parse(json), batchContext())).rejects.toThrow(
      new EventError(
        'Expected every record to have eventSourceARN, and kinesis.sequenceNumber or dynamodb.SequenceNumber',
      ),
    );
    expect(askedFor).toEqual([]);
  });
});
