import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { toEventRecord } from './kinesis-event.ts';
import {
  RECORDS_PER_READ,
  type SourceShard,
  type StreamPosition,
  type StreamSource,
} from './stream-source.ts';

export interface KinesisSourceOptions {
  /** Calls as the function's execution role. */
  kinesis: KinesisClient;
  streamArn: string;
  /** What the mapping names as its source: the stream, or a consumer of it. */
  eventSourceArn: string;
  region: string;
  /** ARN of the function's execution role. */
  roleArn: string;
}

export function kinesisSource(options: KinesisSourceOptions): StreamSource {
  const { kinesis, streamArn, eventSourceArn, region, roleArn } = options;
  return {
    retentionSeconds: undefined,
    async listShards(abortSignal) {
      const shards: Shard[] = [];
      // Each page names the stream, since a policy on one stream requires it; a token would not name it.
      let page: ListShardsCommandOutput | undefined;
      do {
        const last = shards.at(-1)?.ShardId;
        page = await kinesis.send(
          new ListShardsCommand({ StreamARN: streamArn, ...(last && { ExclusiveStartShardId: last }) }),
          { abortSignal },
        );
        shards.push(...(page.Shards ?? []));
      } while (page.NextToken !== undefined);
      return shards.map(toSourceShard);
    },
    async iterator(shardId, position, abortSignal) {
      const { ShardIterator } = await kinesis.send(
        new GetShardIteratorCommand({ StreamARN: streamArn, ShardId: shardId, ...inputOf(position) }),
        { abortSignal },
      );
      return ShardIterator;
    },
    async read(iterator, abortSignal) {
      const { Records = [], NextShardIterator } = await kinesis.send(
        new GetRecordsCommand({ StreamARN: streamArn, ShardIterator: iterator, Limit: RECORDS_PER_READ }),
        { abortSignal },
      );
      const records = Records.map((record) => ({
        sequenceNumber: record.SequenceNumber ?? '',
        orderKey: record.PartitionKey ?? '',
        toEvent: (shardId: string) =>
          toEventRecord(record, { shardId, invokeIdentityArn: roleArn, region, eventSourceArn }),
      }));
      return { records, next: NextShardIterator };
    },
  };
}

function toSourceShard({
  ShardId = '',
  ParentShardId,
  AdjacentParentShardId,
  SequenceNumberRange,
}: Shard): SourceShard {
  return {
    id: ShardId,
    parentIds: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
    closed: SequenceNumberRange?.EndingSequenceNumber !== undefined,
  };
}

function inputOf(position: StreamPosition) {
  switch (position.type) {
    case 'AFTER_SEQUENCE_NUMBER':
      return { ShardIteratorType: position.type, StartingSequenceNumber: position.sequenceNumber };
    case 'AT_TIMESTAMP':
      // The Kinesis server here answers none before there is such a record; what is older is passed over later.
      return { ShardIteratorType: 'TRIM_HORIZON' as const };
    default:
      return { ShardIteratorType: position.type };
  }
}
