import { parseArn, partitionOf } from '@xacct/core';
import type { HttpReply } from '../../endpoint/http.ts';
import { type JsonInput, jsonProtocol } from '../../endpoint/json-protocol.ts';
import {
  type AuthorizedCall,
  accountOf,
  type Call,
  locateResource,
  type Operation,
  type Service,
  type ServiceDefinition,
  serve,
} from '../../endpoint/service.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { failures } from './failures.ts';
import { iteratorStream } from './iterator-stream.ts';
import type { KinesisServers } from './kinesis-servers.ts';

/** The operations of the Kinesis server. */
const OPERATIONS = [
  'AddTagsToStream',
  'CreateStream',
  'DecreaseStreamRetentionPeriod',
  'DeleteStream',
  'DescribeStream',
  'DescribeStreamSummary',
  'GetRecords',
  'GetShardIterator',
  'IncreaseStreamRetentionPeriod',
  'ListShards',
  'ListStreams',
  'ListTagsForStream',
  'MergeShards',
  'PutRecord',
  'PutRecords',
  'RemoveTagsFromStream',
  'SplitShard',
] as const;

/** Kinesis: IAM decides here, and the Kinesis server of the stream's account and region does the rest. */
export const kinesis: ServiceDefinition<'kinesis', KinesisServers, JsonInput> = {
  name: 'kinesis',
  protocol: { ...jsonProtocol('Kinesis_20131202', '1.1'), reply: (result) => result as HttpReply },
  accessDenied: { code: 'AccessDeniedException', status: 400 },
  failures,
  locate: locateResource,
  operations: Object.fromEntries(
    OPERATIONS.map((name): [string, Operation<KinesisServers, JsonInput>] => [
      name,
      {
        action: `kinesis:${name}`,
        resource: name === 'GetRecords' ? readArn : namedArn,
        handle: name === 'GetRecords' ? getRecords : handOn,
      },
    ]),
  ),
};

export function createKinesis(servers: KinesisServers): Service {
  return serve(kinesis, servers);
}

/** A stream by its ARN, or by its name in the caller's account; all of the caller's streams if neither is given. */
function namedArn(
  { StreamARN, StreamName }: JsonInput,
  { principal, region }: Pick<Call, 'principal' | 'region'>,
) {
  if (typeof StreamARN === 'string') return StreamARN;
  return `arn:${partitionOf(region)}:kinesis:${region}:${principal.account}:stream/${StreamName ?? '*'}`;
}

/** GetRecords reads the stream of its iterator, in the account of the ARN beside it or the caller's, whatever that ARN names. */
function readArn(input: JsonInput, caller: Pick<Call, 'principal' | 'region'>): string {
  const named = namedArn(input, caller);
  const streamName = streamOf(input);
  return streamName === undefined ? named : `${named.slice(0, named.indexOf('/'))}/${streamName}`;
}

function streamOf({ ShardIterator }: JsonInput): string | undefined {
  return typeof ShardIterator === 'string' ? iteratorStream(ShardIterator) : undefined;
}

function getRecords(call: AuthorizedCall, input: JsonInput, servers: KinesisServers): Promise<HttpReply> {
  if (streamOf(input) === undefined) throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
  const { StreamARN: _, ...rest } = input;
  return handOn(call, rest, servers);
}

/** The Kinesis server knows streams by name only, so an ARN is replaced by the name. */
async function handOn(call: AuthorizedCall, input: JsonInput, servers: KinesisServers): Promise<HttpReply> {
  const { request, region, resource: arn } = call;
  // The Kinesis server would not answer while no record is that young.
  if (input.ShardIteratorType === 'AT_TIMESTAMP') {
    throw new AwsError(
      'InvalidArgumentException',
      'The local AWS does not know the ShardIteratorType AT_TIMESTAMP here; an event source mapping may start so',
    );
  }
  const { region: streamRegion, account: resourceAccount } = parseArn(arn);
  call.authorize(arn, { resourceAccount });
  if (streamRegion !== region) {
    throw new AwsError(
      'InvalidArgumentException',
      `StreamARN ${arn} is not in the region of the request, ${region}`,
    );
  }
  const server = await servers.get(accountOf(arn), region);
  const { StreamARN, ...rest } = input;
  const body =
    typeof StreamARN === 'string' ? { ...rest, StreamName: arn.slice(arn.indexOf('/') + 1) } : rest;
  return server.send(request.headers, JSON.stringify(body));
}
