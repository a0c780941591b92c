import { FILLED, integer, TEXT, validationErrors } from '../../endpoint/input.ts';
import { jsonProtocol, targetOperation } from '../../endpoint/json-protocol.ts';
import {
  type AuthorizedCall,
  accountOf,
  operation,
  type Service,
  type ServiceDefinition,
  serve,
} from '../../endpoint/service.ts';
import { countFitting } from '../../shared/batch-bytes.ts';
import type { Clock } from '../../shared/clock.ts';
import { parseItemChange, writeAction } from './item-change.ts';
import { readIterator, streamOfIterator, writeIterator } from './shard-iterator.ts';
import { VIEW_TYPE } from './stream-record.ts';
import type { TableStream } from './table-stream.ts';
import type { TableStreams } from './table-streams.ts';

/** GetRecords answers up to 1,000 records and 1 MB, one record at least. */
const RECORDS = 1000;
const RECORDS_BYTES = 1024 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html */
const PAGE = 100;

interface StreamsState {
  streams: TableStreams;
  clock: Clock;
}

/** The local AWS's own operation, since it has no tables: puts changes of items on a stream. */
const PUT = 'PutStreamRecords';
const json = jsonProtocol('DynamoDBStreams_20120810', '1.0');

/** DynamoDB Streams, as an event source mapping reads it. */
export const dynamodbStreams: ServiceDefinition<'dynamodb', StreamsState> = {
  name: 'dynamodb',
  protocol: {
    ...json,
    operationOf(request) {
      const own = targetOperation(request, 'XacctLocal');
      if (own !== undefined) return own === PUT ? own : undefined;
      const asked = json.operationOf(request);
      return asked === PUT ? undefined : asked;
    },
  },
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  operations: {
    ListStreams: operation({
      input: { properties: { TableName: TEXT, Limit: integer(1, PAGE), ExclusiveStartStreamArn: TEXT } },
      action: 'dynamodb:ListStreams',
      resource: () => '*',
      handle(call, { TableName, Limit = PAGE, ExclusiveStartStreamArn: after = '' }, { streams }) {
        call.authorize(call.resource);
        const found = streams
          .of(call.principal.account, call.region)
          .filter(({ tableName, arn }) => (TableName ?? tableName) === tableName && arn > after);
        const page = found.slice(0, Limit);
        return {
          Streams: page.map(nameOf),
          ...(found.length > Limit && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
        };
      },
    }),
    DescribeStream: operation({
      input: {
        properties: { StreamArn: FILLED, Limit: integer(1, PAGE), ExclusiveStartShardId: TEXT },
        required: ['StreamArn'],
      },
      action: 'dynamodb:DescribeStream',
      resource: ({ StreamArn }) => StreamArn,
      handle(call, { Limit = PAGE, ExclusiveStartShardId: after }, state) {
        const stream = open(call, state);
        const shards = stream.shards();
        const start = after === undefined ? 0 : shards.findIndex(({ id }) => id === after) + 1;
        const page = shards.slice(start, start + Limit);
        return {
          StreamDescription: {
            ...nameOf(stream),
            StreamStatus: 'ENABLED',
            StreamViewType: VIEW_TYPE,
            CreationRequestDateTime: stream.createdAt / 1000,
            Shards: page.map(({ id, parentId, startingSequenceNumber, endingSequenceNumber }) => ({
              ShardId: id,
              SequenceNumberRange: {
                StartingSequenceNumber: startingSequenceNumber,
                ...(endingSequenceNumber && { EndingSequenceNumber: endingSequenceNumber }),
              },
              ...(parentId && { ParentShardId: parentId }),
            })),
            ...(start + Limit < shards.length && { LastEvaluatedShardId: page.at(-1)?.id }),
          },
        };
      },
    }),
    GetShardIterator: operation({
      input: {
        properties: {
          StreamArn: FILLED,
          ShardId: FILLED,
          ShardIteratorType: {
            enum: ['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'],
          },
          SequenceNumber: { type: 'string', pattern: '^\\d{21,40}$' },
        },
        required: ['StreamArn', 'ShardId', 'ShardIteratorType'],
      },
      action: 'dynamodb:GetShardIterator',
      resource: ({ StreamArn }) => StreamArn,
      handle(call, { ShardId, ShardIteratorType, SequenceNumber }, state) {
        const stream = open(call, state);
        const shardId = stream.shard(ShardId).id;
        const from = startingPlace(stream, ShardIteratorType, SequenceNumber);
        return { ShardIterator: writeIterator({ streamArn: stream.arn, shardId, from }, state.clock) };
      },
    }),
    GetRecords: operation({
      input: {
        properties: { ShardIterator: FILLED, Limit: integer(1, RECORDS) },
        required: ['ShardIterator'],
      },
      action: 'dynamodb:GetRecords',
      resource: ({ ShardIterator }) => streamOfIterator(ShardIterator),
      handle(call, { ShardIterator, Limit = RECORDS }, state) {
        const { clock } = state;
        const { streamArn, shardId, from } = readIterator(ShardIterator, clock);
        const stream = open(call, state);
        const { records } = stream.read(shardId, from, Limit);
        const fitting = countFitting(
          records.map(({ dynamodb }) => dynamodb.SizeBytes),
          RECORDS_BYTES,
        );
        const { next } = stream.read(shardId, from, Math.max(1, fitting));
        return {
          Records: records.slice(0, fitting),
          ...(next !== undefined && {
            NextShardIterator: writeIterator({ streamArn, shardId, from: next }, clock),
          }),
        };
      },
    }),
    [PUT]: operation({
      input: {
        properties: { StreamArn: FILLED, Records: { type: 'array', minItems: 1 } },
        required: ['StreamArn', 'Records'],
      },
      action: 'dynamodb:PutItem',
      resource: ({ StreamArn }) => StreamArn.split('/stream/')[0],
      handle({ authorize, resource }, { StreamArn, Records }, { streams }) {
        const changes = Records.map((change, index) => parseItemChange(change, `Records[${index}]`));
        for (const action of new Set(changes.map(writeAction)))
          authorize(resource, { action, resourceAccount: accountOf(resource) });
        const stream = streams.find(StreamArn);
        return {
          Records: changes.map((change) => {
            const { shardId, record } = stream.put(change);
            return {
              EventID: record.eventID,
              ShardId: shardId,
              SequenceNumber: record.dynamodb.SequenceNumber,
            };
          }),
        };
      },
    }),
  },
};

export function createDynamoDbStreams(streams: TableStreams, clock: Clock): Service {
  return serve(dynamodbStreams, { streams, clock });
}

/** @throws {AwsError} AccessDeniedException before ResourceNotFoundException, as AWS does */
function open({ resource, authorize }: AuthorizedCall, { streams }: StreamsState): TableStream {
  authorize(resource, { resourceAccount: accountOf(resource) });
  return streams.find(resource);
}

function nameOf({ arn, tableName }: TableStream): object {
  return { StreamArn: arn, StreamLabel: arn.slice(arn.lastIndexOf('/') + 1), TableName: tableName };
}

/** The sequence number that a GetShardIterator asks to start from; 0 for the oldest record. */
function startingPlace({ latest }: TableStream, type: string, sequenceNumber: string | undefined): bigint {
  if (type === 'TRIM_HORIZON') return 0n;
  if (type === 'LATEST') return latest;
  if (sequenceNumber === undefined) throw validationErrors('GetShardIterator').missing('SequenceNumber');
  return BigInt(sequenceNumber) + (type === 'AFTER_SEQUENCE_NUMBER' ? 1n : 0n);
}
