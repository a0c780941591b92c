import { describe, expect, test } from 'vitest';
import { createEventHandler } from '../src/handle-event.ts';
import { EventError, parseStreamEvent } from '../src/records/stream-event.ts';
import {
  invocationContext,
  kinesisEvent,
  kinesisRecord,
  kinesisRecords,
  sqsRecord,
  streamArn,
} from './factories.ts';

const context = invocationContext();

function setUp() {
  const handled: [string, unknown][] = [];
  const handler = createEventHandler({
    stream: async (event) => {
      handled.push(['stream', event]);
      return { batchItemFailures: [{ itemIdentifier: 'of the stream' }] };
    },
    parked: async (messages) => {
      handled.push(['queue', messages]);
      return { batchItemFailures: [{ itemIdentifier: 'of the queue' }] };
    },
    probe: async (request) => {
      handled.push(['probe', request]);
      return { xacct: 'probe/1', parts: 1, parameter: 'ok', targets: [] };
    },
  });
  return { handler, handled };
}

describe('createEventHandler', () => {
  test('hands over a probe', async () => {
    const { handler, handled } = setUp();
    const request = { xacct: 'probe/1', route: 'orders', streamArn, part: 2 } as const;

    expect(await handler(request, context)).toMatchObject({ parts: 1 });
    expect(handled).toEqual([['probe', request]]);
  });

  test.for([
    { xacct: 'probe/2', route: 'orders', streamArn },
    { xacct: 'probe/1', streamArn },
    { xacct: 'probe/1', route: 'orders' },
    { xacct: 'probe/1', route: 'orders', streamArn, part: -1 },
    { xacct: 'probe/1', route: 'orders', streamArn, part: 'all' },
  ])('refuses %j, which is no probe', async (event) => {
    const { handler } = setUp();

    await expect(handler(event, context)).rejects.toThrow(EventError);
  });

  test('hands a batch of a stream on, and its answer back', async () => {
    const { handler, handled } = setUp();
    const event = kinesisEvent(kinesisRecords(2));

    expect(await handler(event, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'of the stream' }],
    });
    expect(handled).toEqual([['stream', event]]);
  });

  test('hands a batch of a queue on, and its answer back', async () => {
    const { handler, handled } = setUp();
    const Records = [sqsRecord('{}')];

    expect(await handler({ Records }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'of the queue' }],
    });
    expect(handled).toEqual([['queue', Records]]);
  });

  test.for(['null', '{}', '"Records"', '{"Records":[]}', '{"Records":{}}', '5'])(
    'fails for %s, which has no records',
    async (json) => {
      const { handler, handled } = setUp();

      await expect(handler(JSON.parse(json), context)).rejects.toThrow(
        new EventError(
          'Expected an event with Records, as an event source mapping of a stream or of a retry queue sends it',
        ),
      );
      expect(handled).toEqual([]);
    },
  );
});

describe('parseStreamEvent', () => {
  test('returns the stream, and leaves the records as they are', () => {
    const records = kinesisRecords(2);

    expect(parseStreamEvent({ Records: records })).toEqual({ streamArn, Records: records });
  });

  test.for([
    '{"Records":[null]}',
    '{"Records":[{"eventSource":"aws:s3","s3":{}}]}',
    '{"Records":[{"kinesis":{"sequenceNumber":"1","data":""}}]}',
    `{"Records":[{"kinesis":{"sequenceNumber":"1","data":""},"eventSourceARN":"${streamArn}"},{"kinesis":{}}]}`,
    `{"Records":[{"kinesis":{"sequenceNumber":1,"data":""},"eventSourceARN":"${streamArn}"}]}`,
    `{"Records":[{"kinesis":{"sequenceNumber":"","data":""},"eventSourceARN":"${streamArn}"}]}`,
    `{"Records":[{"kinesis":{"sequenceNumber":"1"},"eventSourceARN":"${streamArn}"}]}`,
    `{"Records":[{"dynamodb":{"SequenceNumber":""},"eventSourceARN":"${streamArn}"}]}`,
  ])('refuses %s, which is no batch of a stream', (json) => {
    expect(() => parseStreamEvent(JSON.parse(json))).toThrow(
      new EventError(
        'Expected every record to have eventSourceARN, and kinesis.sequenceNumber with kinesis.data or dynamodb.SequenceNumber',
      ),
    );
  });

  test('refuses the records of several streams', () => {
    const other = 'arn:aws:kinesis:us-west-2:111111111111:stream/payments';

    expect(() =>
      parseStreamEvent({ Records: [kinesisRecord(), kinesisRecord({ eventSourceARN: other })] }),
    ).toThrow(new EventError(`Expected the records of one stream, got those of ${streamArn} and ${other}`));
  });
});
