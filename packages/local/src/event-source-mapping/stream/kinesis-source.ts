import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { type EventOrigin, toEventRecord } from './kinesis-event.ts';
import { RECORDS_PER_READ, type StreamPosition, type StreamSource } from './stream-source.ts';

export interface KinesisSourceOptions extends Omit<EventOrigin, 'shardId'> {
  /** Calls as the function's execution role. */
  kinesis: KinesisClient;
  streamArn: string;
}

export function kinesisSource({ kinesis, streamArn, ...origin }: KinesisSourceOptions): StreamSource {
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
      return shards.map(({ ShardId = '', ParentShardId, AdjacentParentShardId, SequenceNumberRange }) => ({
        id: ShardId,
        parentIds: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
        closed: SequenceNumberRange?.EndingSequenceNumber !== undefined,
      }));
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
        toEvent: (shardId: string) => toEventRecord(record, { ...origin, shardId }),
      }));
      return { records, next: NextShardIterator };
    },
  };
}

function inputOf(position: StreamPosition) {
  // The Kinesis server here answers none before there is such a record; what is older is passed over later.
  if (position.type === 'AT_TIMESTAMP') return { ShardIteratorType: 'TRIM_HORIZON' as const };
  return position.type === 'AFTER_SEQUENCE_NUMBER'
    ? { ShardIteratorType: position.type, StartingSequenceNumber: position.sequenceNumber }
    : { ShardIteratorType: position.type };
}
