import { expect } from 'vitest';
import type { StreamBehaviour, TestRecord } from '../aws.ts';
import { batchesOf, expectBatches, GATHER, ONE_BY_ONE } from '../stream-checks.ts';

const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';

const numbered = (count: number, part: Partial<TestRecord> = {}) =>
  Array.from({ length: count }, (_, index): TestRecord => ({ id: String(index + 1), ...part }));

export const streamBehaviours: StreamBehaviour[] = [
  {
    name: 'A function gets the records of a Kinesis stream in the documented shape',
    source: `${GUIDE}/with-kinesis.html`,
    scenario: { id: 'shape' },
    async check(run) {
      const { region, source, prefix } = run.aws.world;
      await run.put({ id: '1' });
      await run.eventually(async () => expect(await run.seen()).toHaveLength(1));
      expect((await run.seen())[0]?.first).toEqual({
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'key',
          sequenceNumber: expect.stringMatching(/^\d{56}$/),
          data: Buffer.from('{"id":"1"}').toString('base64'),
          approximateArrivalTimestamp: expect.any(Number),
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: expect.stringMatching(/^shardId-\d{12}:\d{56}$/),
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: `arn:aws:iam::${source}:role/${prefix}-reader`,
        awsRegion: region,
        eventSourceARN: run.streamArn,
      });
    },
  },
  {
    name: 'A batch has no more records than BatchSize',
    source: `${GUIDE}/services-kinesis-parameters.html`,
    scenario: { id: 'size', mapping: { BatchSize: 3, ...GATHER } },
    async check(run) {
      await run.put(...numbered(7));
      await run.eventually(async () => expect((await batchesOf(run)).flat()).toHaveLength(7));
      expect((await batchesOf(run)).every((batch) => batch.length <= 3)).toBe(true);
      expect((await batchesOf(run)).flat()).toEqual(numbered(7).map(({ id }) => id));
    },
  },
  {
    name: 'Records gather into one batch within MaximumBatchingWindowInSeconds',
    source: `${GUIDE}/invocation-eventsourcemapping.html`,
    scenario: { id: 'window', mapping: { MaximumBatchingWindowInSeconds: 3 } },
    async check(run) {
      for (const record of numbered(3)) await run.put(record);
      await expectBatches(run, ['1', '2', '3']);
    },
  },
  {
    name: 'A batch is cut at 6 MB of payload',
    source: `${GUIDE}/invocation-eventsourcemapping.html`,
    scenario: { id: 'cut', mapping: { MaximumBatchingWindowInSeconds: 20 } },
    async check(run) {
      // In base64 one has 1.2 MB, so that five fill a batch.
      await run.put(...numbered(6, { text: 'x'.repeat(900_000) }));
      await run.eventually(async () => expect((await batchesOf(run))[0]).toHaveLength(5));
      for (const { bytes } of await run.seen()) expect(bytes).toBeLessThanOrEqual(6 * 1024 * 1024);
    },
  },
  {
    name: 'ParallelizationFactor keeps the order of each partition key',
    source: `${GUIDE}/with-kinesis.html`,
    scenario: { id: 'parallel', mapping: { BatchSize: 2, ParallelizationFactor: 3 } },
    async check(run) {
      const records = numbered(30).map((record, index) => ({ ...record, key: `key ${index % 5}` }));
      await run.put(...records);
      await run.eventually(async () => expect((await batchesOf(run)).flat()).toHaveLength(30));
      const order = (await batchesOf(run)).flat().map(Number);
      for (let key = 0; key < 5; key++) {
        const ofKey = order.filter((id) => (id - 1) % 5 === key);
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
      }
    },
  },
  {
    name: 'Records that match no filter do not reach the function, nor do they stop the shard',
    source: `${GUIDE}/invocation-eventfiltering.html`,
    scenario: {
      id: 'filter',
      mapping: { ...ONE_BY_ONE, FilterCriteria: { Filters: [{ Pattern: '{"data":{"kind":["a"]}}' }] } },
    },
    async check(run) {
      const kinds = ['a', 'b', 'b', 'a'];
      await run.put(...numbered(4).map((record, index) => ({ ...record, kind: kinds[index] })));
      await expectBatches(run, ['1'], ['4']);
    },
  },
  {
    name: 'A shard is read only after the shards that it took over from',
    source: 'https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html',
    scenario: { id: 'reshard', mapping: { BatchSize: 2 } },
    async check(run) {
      const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
      const round = (name: string) => keys.map((key) => ({ id: `${key}${name}`, key }));
      await run.put(...round('1'));
      await run.splitShard();
      await run.put(...round('2'));
      await run.mergeShards();
      await run.put(...round('3'));
      await run.eventually(async () => expect((await batchesOf(run)).flat()).toHaveLength(18));
      const order = (await batchesOf(run)).flat();
      for (const key of keys)
        expect(order.filter((id) => id.startsWith(key))).toEqual([`${key}1`, `${key}2`, `${key}3`]);
    },
  },
  {
    name: 'A mapping reads through a consumer with enhanced fan-out, which its events name',
    source: `${GUIDE}/services-kinesis-create.html`,
    scenario: { id: 'consumer', stream: 'consumer' },
    async check(run) {
      await run.put({ id: '1' });
      await expectBatches(run, ['1']);
      expect((await run.seen())[0]?.source).toMatch(/:stream\/[^/]+\/consumer\/contract:\d+$/);
    },
  },
];
