import { parseArn, partitionOf, streamArn } from '@xacct/core';
import type { HttpReply } from '../../endpoint/http.ts';
import { type InputOf, TEXT } from '../../endpoint/input.ts';
import { jsonProtocol } from '../../endpoint/json-protocol.ts';
import {
  type AuthorizedCall,
  type Call,
  locateResource,
  operation,
  type ServiceDefinition,
} from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Metrics } from '../cloudwatch/metrics.ts';
import { failures } from './failures.ts';
import { countIncoming } from './incoming-records.ts';
import { iteratorAtTimestamp } from './iterator-at-timestamp.ts';
import { iteratorStream } from './iterator-stream.ts';
import type { KinesisServers } from './kinesis-servers.ts';

/** The parameters that matter here. The Kinesis server checks the others. */
const INPUT = {
  properties: { StreamARN: TEXT, StreamName: TEXT, ShardIterator: TEXT, ShardIteratorType: TEXT },
  additionalProperties: true,
} as const;
type Input = InputOf<typeof INPUT>;

export interface KinesisState {
  servers: KinesisServers;
  metrics: Metrics;
  /** Called with each stream that takes records of a producer, and how many. */
  onIncoming?: (streamArn: string, records: number) => void;
}

/** An operation of the Kinesis server on the stream that the call names. */
function handedOn(name: string) {
  return operation<KinesisState, typeof INPUT>({
    input: INPUT,
    action: `kinesis:${name}`,
    resource: namedArn,
    handle: handOn,
  });
}

/** Kinesis: IAM decides here, and the Kinesis server of the stream's account and region does the rest. */
export const kinesis: ServiceDefinition<'kinesis', KinesisState> = {
  name: 'kinesis',
  protocol: { ...jsonProtocol('Kinesis_20131202', '1.1'), reply: (result) => result as HttpReply },
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  failures,
  locate: locateResource,
  operations: {
    AddTagsToStream: handedOn('AddTagsToStream'),
    CreateStream: handedOn('CreateStream'),
    DecreaseStreamRetentionPeriod: handedOn('DecreaseStreamRetentionPeriod'),
    DeleteStream: handedOn('DeleteStream'),
    DescribeStream: handedOn('DescribeStream'),
    DescribeStreamSummary: handedOn('DescribeStreamSummary'),
    GetRecords: operation({
      input: INPUT,
      action: 'kinesis:GetRecords',
      resource: readArn,
      handle(call, { StreamARN: _, ...input }, state) {
        if (streamOf(input) === undefined)
          throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
        return handOn(call, input, state);
      },
    }),
    GetShardIterator: handedOn('GetShardIterator'),
    IncreaseStreamRetentionPeriod: handedOn('IncreaseStreamRetentionPeriod'),
    ListShards: handedOn('ListShards'),
    ListStreams: handedOn('ListStreams'),
    ListTagsForStream: handedOn('ListTagsForStream'),
    MergeShards: handedOn('MergeShards'),
    PutRecord: handedOn('PutRecord'),
    PutRecords: handedOn('PutRecords'),
    RemoveTagsFromStream: handedOn('RemoveTagsFromStream'),
    SplitShard: handedOn('SplitShard'),
  },
};

/** A stream by its ARN, or by its name in the caller's account; all of the caller's streams if neither is given. */
function namedArn(
  { StreamARN, StreamName = '*' }: Input,
  { principal: { account }, region }: Pick<Call, 'principal' | 'region'>,
): string {
  return StreamARN ?? streamArn({ partition: partitionOf(region), region, account }, StreamName);
}

/** GetRecords reads the stream of its iterator, in the account of the ARN beside it or the caller's, whatever that ARN names. */
function readArn(input: Input, caller: Pick<Call, 'principal' | 'region'>): string {
  const named = namedArn(input, caller);
  const streamName = streamOf(input);
  return streamName === undefined ? named : `${named.slice(0, named.indexOf('/'))}/${streamName}`;
}

function streamOf({ ShardIterator }: Input): string | undefined {
  return ShardIterator === undefined ? undefined : iteratorStream(ShardIterator);
}

/** The Kinesis server knows streams by name only, so an ARN is replaced by the name. */
async function handOn(
  { operation: asked, request, region, resource: arn, authorize }: AuthorizedCall,
  { StreamARN, ...input }: Input,
  { servers, metrics, onIncoming }: KinesisState,
): Promise<HttpReply> {
  const { region: streamRegion, account } = parseArn(arn);
  authorize(arn, { resourceAccount: account });
  if (streamRegion !== region) {
    throw new AwsError(
      'InvalidArgumentException',
      `StreamARN ${arn} is not in the region of the request, ${region}`,
    );
  }
  const send = await servers.get(account, region);
  const named = StreamARN === undefined ? input : { ...input, StreamName: arn.slice(arn.indexOf('/') + 1) };
  const call = (name: string, body: object) =>
    send({ ...request.headers, 'x-amz-target': `Kinesis_20131202.${name}` }, JSON.stringify(body));
  if (input.ShardIteratorType === 'AT_TIMESTAMP') {
    const { StreamName, ShardId, Timestamp: timestamp } = named as Record<string, unknown>;
    return iteratorAtTimestamp(call, { StreamName, ShardId, timestamp });
  }
  const reply = await send(request.headers, JSON.stringify(named));
  if (asked === 'PutRecord' || asked === 'PutRecords') {
    const taken = countIncoming(metrics, arn, input, reply);
    if (taken > 0) onIncoming?.(arn, taken);
  }
  return reply;
}
