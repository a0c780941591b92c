import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { vi } from 'vitest';
import type { Aws, FailureFacts, Scenario, Seen, StreamRun, TestRecord } from './aws.ts';
import { streamArnOf } from './names.ts';
import type { QueueLog } from './queue-log.ts';

/** Records that are put at once; larger ones go one by one, since a shard takes 1 MiB a second. */
const SMALL_BYTES = 100_000;

/** How to use one scenario, in terms of AWS's own API. */
export function streamRun(
  aws: Aws,
  scenario: Scenario,
  seen: QueueLog<Seen>,
  failures: QueueLog<FailureFacts>,
): StreamRun {
  const streamArn = streamArnOf(aws.world, scenario);
  const kinesis = new KinesisClient({ ...aws.config('source'), requestHandler: new NodeHttpHandler() });
  const openShards = async (): Promise<Shard[]> => {
    const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamARN: streamArn }));
    return Shards.filter(
      ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined,
    );
  };
  const active = () =>
    vi.waitFor(
      async () => {
        const described = await kinesis.send(new DescribeStreamSummaryCommand({ StreamARN: streamArn }));
        if (described.StreamDescriptionSummary?.StreamStatus !== 'ACTIVE') throw new Error('Not active');
      },
      { timeout: aws.patienceMs, interval: 100 },
    );

  return {
    aws,
    streamArn,
    eventSourceArn: streamArn,
    async put(...records) {
      if (scenario.stream === 'table') {
        if (aws.putItems === undefined) throw new Error('There is no table');
        aws.putItems(streamArn, records.map(toItem));
        return;
      }
      const entries = records.map((record) => ({
        PartitionKey: record.key ?? 'key',
        Data: Buffer.from(JSON.stringify(record)),
      }));
      if (entries.every(({ Data }) => Data.length < SMALL_BYTES)) {
        await kinesis.send(new PutRecordsCommand({ StreamARN: streamArn, Records: entries }));
        return;
      }
      for (const entry of entries)
        await kinesis.send(new PutRecordCommand({ StreamARN: streamArn, ...entry }));
    },
    async splitShard() {
      const [shard] = await openShards();
      const { StartingHashKey = '0', EndingHashKey = '0' } = shard?.HashKeyRange ?? {};
      const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n;
      await kinesis.send(
        new SplitShardCommand({
          StreamARN: streamArn,
          ShardToSplit: shard?.ShardId,
          NewStartingHashKey: String(middle),
        }),
      );
      await active();
    },
    async mergeShards() {
      const [left, right] = (await openShards()).sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
      await kinesis.send(
        new MergeShardsCommand({
          StreamARN: streamArn,
          ShardToMerge: left?.ShardId,
          AdjacentShardToMerge: right?.ShardId,
        }),
      );
      await active();
    },
    async seen() {
      const all = await seen.read();
      return all
        .filter(({ source }) => source === streamArn || source?.startsWith(`${streamArn}/consumer/`))
        .sort((a, b) => a.at - b.at || a.order - b.order);
    },
    async failures() {
      const all = await failures.read();
      return all.filter(({ KinesisBatchInfo, DDBStreamBatchInfo }) => {
        return (KinesisBatchInfo ?? DDBStreamBatchInfo)?.streamArn === streamArn;
      });
    },
    async eventually(check) {
      await vi.waitFor(check, { timeout: aws.patienceMs, interval: 100 });
    },
  };
}

function startOf({ HashKeyRange }: Shard): bigint {
  return BigInt(HashKeyRange?.StartingHashKey ?? 0);
}

function toItem(record: TestRecord) {
  const Keys = { id: { S: record.key ?? record.id } };
  return { Keys, NewImage: { ...Keys, data: { S: JSON.stringify(record) } } };
}
