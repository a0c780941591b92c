import { expect } from 'vitest';
import type { StreamBehaviour } from '../aws.ts';

const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';
const localOnly = 'the suite makes no tables there, and only tables give records';

export const tableBehaviours: StreamBehaviour[] = [
  {
    name: 'A function gets the records of a DynamoDB stream in the documented shape',
    source: `${GUIDE}/with-ddb-example.html`,
    localOnly,
    scenario: { id: 'table-shape', stream: 'table' },
    async check(run) {
      await run.put({ id: '1' });
      await run.eventually(async () => expect(await run.seen()).toHaveLength(1));
      const Keys = { id: { S: '1' } };
      expect((await run.seen())[0]?.first).toEqual({
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: run.aws.world.region,
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys,
          NewImage: { ...Keys, data: { S: '{"id":"1"}' } },
          SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
          SizeBytes: 20,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: run.streamArn,
      });
    },
  },
  {
    name: 'A record of a DynamoDB stream is reported by its SequenceNumber',
    source: `${GUIDE}/services-ddb-batchfailurereporting.html`,
    localOnly,
    scenario: {
      id: 'table-partial',
      stream: 'table',
      mapping: { MaximumBatchingWindowInSeconds: 1, MaximumRetryAttempts: 3 },
    },
    async check(run) {
      const key = 'item';
      await run.put({ id: '1', key }, { id: '2', key, report: 1 }, { id: '3', key });
      const expected = [
        ['1', '2', '3'],
        ['2', '3'],
      ];
      await run.eventually(async () => expect((await run.seen()).map(({ ids }) => ids)).toEqual(expected));
    },
  },
  {
    name: 'A filter looks at a record of a DynamoDB stream as it is',
    source: `${GUIDE}/with-ddb-filtering.html`,
    localOnly,
    scenario: {
      id: 'table-filter',
      stream: 'table',
      mapping: {
        BatchSize: 1,
        FilterCriteria: {
          Filters: [
            { Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"id":{"S":[{"prefix":"b"}]}}}}' },
          ],
        },
      },
    },
    async check(run) {
      await run.put({ id: 'a1' }, { id: 'b1' }, { id: 'a2' }, { id: 'b2' });
      await run.eventually(async () => {
        expect((await run.seen()).flatMap(({ ids }) => ids).toSorted()).toEqual(['b1', 'b2']);
      });
    },
  },
  {
    name: 'A failed batch of a DynamoDB stream is reported as DDBStreamBatchInfo',
    source: `${GUIDE}/services-dynamodb-errors.html`,
    localOnly,
    scenario: { id: 'table-failed', stream: 'table' },
    async check(run) {
      await run.put({ id: '1', throw: 9 });
      await run.eventually(async () => expect(await run.failures()).toHaveLength(1));
      const [failure] = await run.failures();
      expect(failure?.requestContext.condition).toBe('RetryAttemptsExhausted');
      expect(failure?.DDBStreamBatchInfo).toEqual({
        shardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
        startSequenceNumber: expect.stringMatching(/^\d{21,40}$/),
        endSequenceNumber: expect.stringMatching(/^\d{21,40}$/),
        approximateArrivalOfFirstRecord: expect.any(String),
        approximateArrivalOfLastRecord: expect.any(String),
        batchSize: 1,
        streamArn: run.streamArn,
      });
    },
  },
  {
    name: 'A DynamoDB stream keeps a record for 24 hours',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html',
    localOnly,
    scenario: { id: 'table-retention', stream: 'table', mapping: { MaximumRetryAttempts: -1 } },
    async check(run) {
      await run.put({ id: '1', throw: 1_000_000 });
      await run.eventually(async () => expect((await run.seen()).length).toBeGreaterThan(0));
      run.aws.advance?.(86_400_001);
      await run.eventually(async () => expect(await run.failures()).toHaveLength(1));
      const invocations = (await run.seen()).length;
      await run.put({ id: '2' });
      await run.eventually(async () => expect((await run.seen()).at(-1)?.ids).toEqual(['2']));
      expect(await run.seen()).toHaveLength(invocations + 1);
    },
  },
];
