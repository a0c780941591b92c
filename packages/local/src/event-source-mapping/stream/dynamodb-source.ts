import {
  type _Record,
  DescribeStreamCommand,
  type DescribeStreamCommandOutput,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type AttributeValue as SdkAttributeValue,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { limits } from '@xacct/core';
import type { Item } from '../../services/dynamodb-streams/attribute-value.ts';
import { type ChangeName, keyText } from '../../services/dynamodb-streams/item-change.ts';
import { VIEW_TYPE } from '../../services/dynamodb-streams/stream-record.ts';
import type { DynamoDbEventRecord } from './event-record.ts';
import { RECORDS_PER_READ, type StreamPosition, type StreamSource } from './stream-source.ts';

/** @param streams calls as the function's execution role */
export function dynamoDbSource(streams: DynamoDBStreamsClient, streamArn: string): StreamSource {
  const tableName = /:table\/([^/]+)/.exec(streamArn)?.[1];
  let listed = false;
  return {
    retentionSeconds: limits.dynamodb.retentionSeconds,
    async listShards(abortSignal) {
      // Lambda requires the permission, although the mapping names the stream.
      if (!listed) await streams.send(new ListStreamsCommand({ TableName: tableName }), { abortSignal });
      listed = true;
      const shards: Shard[] = [];
      let page: DescribeStreamCommandOutput | undefined;
      do {
        const last = page?.StreamDescription?.LastEvaluatedShardId;
        page = await streams.send(
          new DescribeStreamCommand({ StreamArn: streamArn, ...(last && { ExclusiveStartShardId: last }) }),
          { abortSignal },
        );
        shards.push(...(page.StreamDescription?.Shards ?? []));
      } while (page.StreamDescription?.LastEvaluatedShardId !== undefined);
      return shards.map(({ ShardId = '', ParentShardId, SequenceNumberRange }) => ({
        id: ShardId,
        parentIds: ParentShardId === undefined ? [] : [ParentShardId],
        closed: SequenceNumberRange?.EndingSequenceNumber !== undefined,
      }));
    },
    async iterator(shardId, position, abortSignal) {
      const { ShardIterator } = await streams.send(
        new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ...inputOf(position) }),
        { abortSignal },
      );
      return ShardIterator;
    },
    async read(iterator, abortSignal) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_PER_READ }),
        { abortSignal },
      );
      const records = Records.map((record) => {
        const event = toEventRecord(record, streamArn);
        const { SequenceNumber: sequenceNumber, Keys } = event.dynamodb;
        return { sequenceNumber, orderKey: keyText(Keys), toEvent: () => event };
      });
      return { records, next: NextShardIterator };
    },
  };
}

function inputOf(position: StreamPosition) {
  // There is no such iterator; what is older is passed over later.
  if (position.type === 'AT_TIMESTAMP') return { ShardIteratorType: 'TRIM_HORIZON' as const };
  return position.type === 'AFTER_SEQUENCE_NUMBER'
    ? { ShardIteratorType: position.type, SequenceNumber: position.sequenceNumber }
    : { ShardIteratorType: position.type };
}

function toEventRecord(
  { eventID = '', eventName, awsRegion = '', dynamodb = {} }: _Record,
  eventSourceARN: string,
): DynamoDbEventRecord {
  const { ApproximateCreationDateTime, Keys, NewImage, OldImage, SequenceNumber, SizeBytes } = dynamodb;
  return {
    eventID,
    eventName: eventName as ChangeName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: (ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
      Keys: toItem(Keys ?? {}),
      ...(NewImage && { NewImage: toItem(NewImage) }),
      ...(OldImage && { OldImage: toItem(OldImage) }),
      SequenceNumber: SequenceNumber ?? '',
      SizeBytes: SizeBytes ?? 0,
      StreamViewType: VIEW_TYPE,
    },
    eventSourceARN,
  };
}

/** The SDK makes bytes of binary values; an event has them in base64. */
function toItem(attributes: Record<string, SdkAttributeValue>): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toValue(value)]));
}

function toValue(value: SdkAttributeValue): Item[string] {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(toValue) };
  if (value.M !== undefined) return { M: toItem(value.M) };
  return { ...value };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
