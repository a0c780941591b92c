import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import { parseItemChange, writeAction } from './item-change.ts';
import { readIterator, writeIterator } from './shard-iterator.ts';
import { VIEW_TYPE } from './stream-record.ts';
import type { TableStream } from './table-stream.ts';
import type { TableStreams } from './table-streams.ts';
import { Input } from '../../endpoint/input.ts';
import { CONTENT_TYPE_1_0, jsonFailure, jsonReply, parseJsonBody, targetOperation } from '../../endpoint/json-protocol.ts';
import type { Call, Service } from '../../endpoint/service.ts';

/** GetRecords answers up to 1,000 records and 1 MB, one record at least. */
const RECORDS = 1000;
const RECORDS_BYTES = 1024 * 1024;
/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html */
const PAGE = 100;

/**
 * DynamoDB Streams, as the event source mapping reads it. There are no tables here, so one operation is the local
 * AWS's own: `XacctLocal.PutStreamRecords` puts the changes of items on a stream.
 */
export function createDynamoDb(streams: TableStreams, clock: Clock): Service {
  /** @throws {AwsError} AccessDeniedException before ResourceNotFoundException, as AWS does */
  const open = (call: Call, arn: string): TableStream => {
    call.authorize(arn, { resourceAccount: arn.split(':')[4] ?? '' });
    return streams.find(arn);
  };

  const operations: Record<string, (call: Call, input: Input) => unknown> = {
    ListStreams(call, input) {
      input.refuseOthers('TableName', 'Limit', 'ExclusiveStartStreamArn');
      call.authorize('*');
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
    },
    DescribeStream(call, input) {
      input.refuseOthers('StreamArn', 'Limit', 'ExclusiveStartShardId');
      const stream = open(call, input.text('StreamArn'));
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
    },
    GetShardIterator(call, input) {
      input.refuseOthers('StreamArn', 'ShardId', 'ShardIteratorType', 'SequenceNumber');
      const stream = open(call, input.text('StreamArn'));
      const shardId = stream.shard(input.text('ShardId')).id;
      const from = placeOf(stream, input);
      return { ShardIterator: writeIterator({ streamArn: stream.arn, shardId, from }, clock) };
    },
    GetRecords(call, input) {
      input.refuseOthers('ShardIterator', 'Limit');
      const { streamArn, shardId, from } = readIterator(input.text('ShardIterator'), clock);
      const stream = open(call, streamArn);
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
    },
    PutStreamRecords(call, input) {
      input.refuseOthers('StreamArn', 'Records');
      const arn = input.text('StreamArn');
      const changes = input
        .list('Records')
        .map((change, index) => parseItemChange(change, `Records[${index}]`));
      const [tableArn = ''] = arn.split('/stream/');
      for (const action of new Set(changes.map(writeAction)))
        call.authorize(tableArn, { action, resourceAccount: arn.split(':')[4] ?? '' });
      const stream = streams.find(arn);
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
  };

  return {
    name: 'dynamodb',
    accessDenied: { code: 'AccessDeniedException', status: 400 },
    operationOf(request) {
      const operation =
        targetOperation(request, 'XacctLocal') ?? targetOperation(request, 'DynamoDBStreams_20120810');
      const own = operation === 'PutStreamRecords';
      if (operation === undefined || own !== request.headers['x-amz-target']?.startsWith('XacctLocal.'))
        return undefined;
      return Object.hasOwn(operations, operation) ? operation : undefined;
    },
    async handle(call) {
      const input = new Input(parseJsonBody(call.request, CONTENT_TYPE_1_0), call.operation);
      return jsonReply(operations[call.operation]?.(call, input), CONTENT_TYPE_1_0);
    },
    fail: jsonFailure,
  };
}

function placeOf(stream: TableStream, input: Input): bigint {
  const type = input.text('ShardIteratorType');
  switch (type) {
    case 'TRIM_HORIZON':
      return 0n;
    case 'LATEST':
      return stream.latest;
    case 'AT_SEQUENCE_NUMBER':
      return BigInt(input.text('SequenceNumber', /^\d{21,40}$/));
    case 'AFTER_SEQUENCE_NUMBER':
      return BigInt(input.text('SequenceNumber', /^\d{21,40}$/)) + 1n;
    default:
      throw new AwsError('ValidationException', `The local AWS does not know the ShardIteratorType ${type}`);
  }
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
