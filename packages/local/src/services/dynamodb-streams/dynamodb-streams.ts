import type { Input } from '../../endpoint/input.ts';
import { targetOperation, validatedJsonProtocol } from '../../endpoint/json-protocol.ts';
import {
  type AuthorizedCall,
  accountOf,
  type Service,
  type ServiceDefinition,
  serve,
} from '../../endpoint/service.ts';
import type { Clock } from '../../shared/clock.ts';
import { parseItemChange, writeAction } from './item-change.ts';
import { readIterator, streamOfIterator, writeIterator } from './shard-iterator.ts';
import { startingPlace } from './starting-place.ts';
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
const json = validatedJsonProtocol('DynamoDBStreams_20120810', '1.0');

/** DynamoDB Streams, as an event source mapping reads it. */
export const dynamodbStreams: ServiceDefinition<'dynamodb', StreamsState, Input> = {
  name: 'dynamodb',
  protocol: {
    ...json,
    operationOf(request) {
      const own = targetOperation(request, 'XacctLocal');
      if (own !== undefined) return own === PUT ? own : undefined;
      const operation = json.operationOf(request);
      return operation === PUT ? undefined : operation;
    },
  },
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  operations: {
    ListStreams: { action: 'dynamodb:ListStreams', resource: () => '*', handle: listStreams },
    DescribeStream: {
      action: 'dynamodb:DescribeStream',
      resource: (input) => input.text('StreamArn'),
      handle: describeStream,
    },
    GetShardIterator: {
      action: 'dynamodb:GetShardIterator',
      resource: (input) => input.text('StreamArn'),
      handle: getShardIterator,
    },
    GetRecords: {
      action: 'dynamodb:GetRecords',
      resource: (input) => streamOfIterator(input.text('ShardIterator')),
      handle: getRecords,
    },
    [PUT]: {
      action: 'dynamodb:PutItem',
      resource: (input) => input.text('StreamArn').split('/stream/')[0],
      handle: putStreamRecords,
    },
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

function listStreams(call: AuthorizedCall, input: Input, { streams }: StreamsState) {
  input.refuseOthers('TableName', 'Limit', 'ExclusiveStartStreamArn');
  call.authorize(call.resource);
  const table = input.optionalText('TableName');
  const after = input.optionalText('ExclusiveStartStreamArn') ?? '';
  const limit = input.integer('Limit', { fallback: PAGE, least: 1, most: PAGE });
  const found = streams
    .of(call.principal.account, call.region)
    .filter(({ tableName, arn }) => (table === undefined || tableName === table) && arn > after);
  const page = found.slice(0, limit);
  return {
    Streams: page.map(({ arn, tableName }) => ({
      StreamArn: arn,
      StreamLabel: labelOf(arn),
      TableName: tableName,
    })),
    ...(found.length > limit && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
  };
}

function describeStream(call: AuthorizedCall, input: Input, state: StreamsState) {
  input.refuseOthers('StreamArn', 'Limit', 'ExclusiveStartShardId');
  const stream = open(call, state);
  const limit = input.integer('Limit', { fallback: PAGE, least: 1, most: PAGE });
  const after = input.optionalText('ExclusiveStartShardId');
  const shards = stream.shards();
  const start = after === undefined ? 0 : shards.findIndex(({ id }) => id === after) + 1;
  const page = shards.slice(start, start + limit);
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: labelOf(stream.arn),
      StreamStatus: 'ENABLED',
      StreamViewType: VIEW_TYPE,
      CreationRequestDateTime: stream.createdAt / 1000,
      TableName: stream.tableName,
      Shards: page.map(({ id, parentId, startingSequenceNumber, endingSequenceNumber }) => ({
        ShardId: id,
        SequenceNumberRange: {
          StartingSequenceNumber: startingSequenceNumber,
          ...(endingSequenceNumber && { EndingSequenceNumber: endingSequenceNumber }),
        },
        ...(parentId && { ParentShardId: parentId }),
      })),
      ...(start + limit < shards.length && { LastEvaluatedShardId: page.at(-1)?.id }),
    },
  };
}

function getShardIterator(call: AuthorizedCall, input: Input, state: StreamsState) {
  input.refuseOthers('StreamArn', 'ShardId', 'ShardIteratorType', 'SequenceNumber');
  const stream = open(call, state);
  const shardId = stream.shard(input.text('ShardId')).id;
  const from = startingPlace(stream, input);
  return { ShardIterator: writeIterator({ streamArn: stream.arn, shardId, from }, state.clock) };
}

function getRecords(call: AuthorizedCall, input: Input, state: StreamsState) {
  const { clock } = state;
  input.refuseOthers('ShardIterator', 'Limit');
  const { streamArn, shardId, from } = readIterator(input.text('ShardIterator'), clock);
  const stream = open(call, state);
  const limit = input.integer('Limit', { fallback: RECORDS, least: 1, most: RECORDS });
  const { records } = stream.read(shardId, from, limit);
  const fitting = countWithin(
    records.map(({ dynamodb }) => dynamodb.SizeBytes),
    RECORDS_BYTES,
  );
  const { next } = stream.read(shardId, from, fitting);
  return {
    Records: records.slice(0, fitting),
    ...(next !== undefined && {
      NextShardIterator: writeIterator({ streamArn, shardId, from: next }, clock),
    }),
  };
}

function putStreamRecords(call: AuthorizedCall, input: Input, { streams }: StreamsState) {
  input.refuseOthers('StreamArn', 'Records');
  const changes = input.list('Records').map((change, index) => parseItemChange(change, `Records[${index}]`));
  for (const action of new Set(changes.map(writeAction)))
    call.authorize(call.resource, { action, resourceAccount: accountOf(call.resource) });
  const stream = streams.find(input.text('StreamArn'));
  return {
    Records: changes.map((change) => {
      const { shardId, record } = stream.put(change);
      return { EventID: record.eventID, ShardId: shardId, SequenceNumber: record.dynamodb.SequenceNumber };
    }),
  };
}

/** How many of these sizes fit, one at least. */
function countWithin(sizes: readonly number[], most: number): number {
  let bytes = 0;
  const over = sizes.findIndex((size, index) => {
    bytes += size;
    return index > 0 && bytes > most;
  });
  return over === -1 ? Math.max(1, sizes.length) : over;
}

function labelOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
