import { expect } from 'vitest';
import type { FailureFacts, StreamBehaviour } from '../aws.ts';
import { functionArnOf } from '../names.ts';
import { batchesOf, expectBatches, GATHER, ONE_BY_ONE } from '../stream-checks.ts';

const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';
const PARTIAL = `${GUIDE}/services-kinesis-batchfailurereporting.html`;
const FAILURES = `${GUIDE}/kinesis-on-failure-destination.html`;
const TIME = 'time would have to pass by itself';

const sizes = (failures: FailureFacts[]) =>
  failures.map(({ KinesisBatchInfo }) => KinesisBatchInfo?.batchSize);

export const streamFailureBehaviours: StreamBehaviour[] = [
  {
    name: 'An answer of null, {}, a null list or an empty list is a success',
    source: PARTIAL,
    scenario: { id: 'success', mapping: { ...ONE_BY_ONE, MaximumRetryAttempts: 3 } },
    async check(run) {
      const answers = [null, {}, { batchItemFailures: null }, { batchItemFailures: [] }];
      const records = answers.map((answer, index) => ({ id: String(index + 1), answer }));
      // A batch that failed would come again before the next one.
      await run.put(...records, { id: 'last' });
      await expectBatches(run, ['1'], ['2'], ['3'], ['4'], ['last']);
    },
  },
  {
    name: 'An identifier that is empty, null, unknown or under another key fails the complete batch',
    source: PARTIAL,
    scenario: { id: 'malformed', mapping: { ...ONE_BY_ONE, MaximumRetryAttempts: 1 } },
    async check(run) {
      const items = [
        { itemIdentifier: '' },
        { itemIdentifier: null },
        { itemIdentifier: '1' },
        { identifier: '1' },
      ];
      const records = items.map((item, index) => ({
        id: String(index + 1),
        answer: { batchItemFailures: [item] },
      }));
      await run.put(...records, { id: 'last' });
      await expectBatches(run, ...records.flatMap(({ id }) => [[id], [id]]), ['last']);
      await run.eventually(async () => expect(sizes(await run.failures())).toEqual([1, 1, 1, 1]));
      for (const { responseContext } of await run.failures())
        expect(responseContext?.functionError).toBeNull();
    },
  },
  {
    name: 'Of the reported records the lowest counts, and everything from it on comes again',
    source: PARTIAL,
    scenario: { id: 'lowest', mapping: { ...GATHER, MaximumRetryAttempts: 3 } },
    async check(run) {
      await run.put({ id: '1' }, { id: '2', report: 1 }, { id: '3' }, { id: '4', report: 1 });
      await expectBatches(run, ['1', '2', '3', '4'], ['2', '3', '4']);
    },
  },
  {
    name: 'Reported records are ignored unless the mapping reports item failures',
    source: PARTIAL,
    scenario: {
      id: 'ignored',
      mapping: { ...ONE_BY_ONE, FunctionResponseTypes: [], MaximumRetryAttempts: 3 },
    },
    async check(run) {
      await run.put({ id: '1', report: 9 }, { id: '2' });
      await expectBatches(run, ['1'], ['2']);
    },
  },
  {
    name: 'An error halves a batch that may be bisected, and that takes no retry',
    source: `${GUIDE}/kinesis-on-failure-destination.html`,
    scenario: { id: 'bisect', mapping: { ...GATHER, BisectBatchOnFunctionError: true } },
    async check(run) {
      await run.put({ id: '1' }, { id: '2' }, { id: '3', throw: 9 }, { id: '4' });
      await expectBatches(run, ['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4']);
      await run.eventually(async () => expect(sizes(await run.failures())).toEqual([1]));
    },
  },
  {
    name: 'A batch that may be bisected splits at the reported record',
    source: PARTIAL,
    scenario: { id: 'bisect-reported', mapping: { ...GATHER, BisectBatchOnFunctionError: true } },
    async check(run) {
      await run.put({ id: '1' }, { id: '2' }, { id: '3', report: 1 }, { id: '4' });
      await expectBatches(run, ['1', '2', '3', '4'], ['3', '4']);
      expect(await run.failures()).toEqual([]);
    },
  },
  {
    name: 'A batch whose retries ran out is reported in an SQS destination, without its records',
    source: FAILURES,
    scenario: { id: 'exhausted', mapping: { ...GATHER, MaximumRetryAttempts: 2 } },
    async check(run) {
      await run.put({ id: '1', throw: 9 }, { id: '2' });
      await run.put({ id: '3' });
      await run.eventually(async () => expect(await run.failures()).toHaveLength(1));
      const [failure] = await run.failures();
      const batch = (await batchesOf(run))[0] ?? [];
      expect(failure).toEqual({
        requestContext: {
          requestId: expect.any(String),
          functionArn: functionArnOf(run.aws.world),
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.any(String),
        KinesisBatchInfo: {
          shardId: expect.stringMatching(/^shardId-\d{12}$/),
          startSequenceNumber: expect.stringMatching(/^\d{56}$/),
          endSequenceNumber: expect.stringMatching(/^\d{56}$/),
          approximateArrivalOfFirstRecord: expect.any(String),
          approximateArrivalOfLastRecord: expect.any(String),
          batchSize: batch.length,
          streamArn: run.streamArn,
        },
      });
      expect((await batchesOf(run)).slice(0, 3)).toEqual([batch, batch, batch]);
    },
  },
  {
    name: 'An S3 destination gets the complete event as well',
    source: FAILURES,
    localOnly: 'the suite makes no buckets there, which would have to be emptied',
    scenario: { id: 'object', keptIn: 'bucket' },
    async check(run) {
      await run.put({ id: '1', throw: 9 });
      await run.eventually(async () => expect(await run.aws.objects?.()).toHaveLength(1));
      const [object = '{}'] = (await run.aws.objects?.()) ?? [];
      const { KinesisBatchInfo, payload } = JSON.parse(object);
      expect(KinesisBatchInfo.batchSize).toBe(1);
      const [record] = JSON.parse(payload).Records;
      expect(record).toEqual((await run.seen())[0]?.first);
    },
  },
  {
    name: 'A function whose process ends gets the batch again in another',
    source: FAILURES,
    scenario: { id: 'killed', mapping: { ...GATHER, MaximumRetryAttempts: 1 } },
    async check(run) {
      await run.put({ id: '1' }, { id: '2', exit: 9 });
      await expectBatches(run, ['1', '2'], ['1', '2']);
      await run.eventually(async () => expect(sizes(await run.failures())).toEqual([2]));
    },
  },
  {
    name: 'Records older than MaximumRecordAgeInSeconds are given up, whatever retries are left',
    source: `${GUIDE}/services-kinesis-parameters.html`,
    localOnly: TIME,
    scenario: { id: 'age', mapping: { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 3600 } },
    async check(run) {
      await run.put({ id: '1', throw: 1_000_000 });
      await run.eventually(async () => expect((await batchesOf(run)).length).toBeGreaterThan(1));
      expect(await run.failures()).toEqual([]);
      run.aws.advance?.(3_600_000);
      await run.eventually(async () => expect(await run.failures()).toHaveLength(1));
      expect((await run.failures())[0]?.requestContext.condition).toBe('RecordAgeExceeded');
      expect((await run.failures())[0]?.responseContext).toBeUndefined();
    },
  },
  {
    name: 'A function that is throttled is asked again until the records are too old, and no retry is counted',
    source: FAILURES,
    localOnly: TIME,
    scenario: { id: 'throttled', throttled: true, mapping: { MaximumRecordAgeInSeconds: 10_800 } },
    async check(run) {
      // A stream has the system's time, which is an hour behind by now.
      await run.put({ id: '1' });
      run.aws.advance?.(5_400_000);
      expect(await run.failures()).toEqual([]);
      run.aws.advance?.(1_800_000);
      await run.eventually(async () => expect(await run.failures()).toHaveLength(1));
      expect((await run.failures())[0]?.requestContext).toMatchObject({
        condition: 'RecordAgeExceeded',
        approximateInvokeCount: 1,
      });
      expect(await run.seen()).toEqual([]);
    },
  },
];
