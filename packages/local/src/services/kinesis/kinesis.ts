import { partitionOf } from '@xacct/core';
import { AwsError } from '../../aws-error.ts';
import { iteratorStream } from './iterator-stream.ts';
import type { KinesisServers } from './kinesis-servers.ts';
import { jsonFailure, parseJsonBody, targetOperation } from '../../endpoint/json-protocol.ts';
import type { Service } from '../../endpoint/service.ts';

/**
 * Kinesis: IAM here, all else by the Kinesis server of the caller's account and region.
 * That server knows streams by name only, so an ARN is turned into the name on the way.
 */
export function createKinesis(servers: KinesisServers): Service {
  return {
    name: 'kinesis',
    accessDenied: { code: 'AccessDeniedException', status: 400 },
    operationOf: (request) => targetOperation(request, 'Kinesis_20131202'),
    async handle({ operation, request, principal, region, authorize }) {
      const input = parseJsonBody(request);
      const { StreamARN, ...rest } = input;
      if (input.ShardIteratorType === 'AT_TIMESTAMP') throw atTimestamp();
      const ownStreams = `arn:${partitionOf(region)}:kinesis:${region}:${principal.account}:stream/`;
      const named = typeof StreamARN === 'string' ? StreamARN : `${ownStreams}${input.StreamName ?? '*'}`;
      const arn = operation === 'GetRecords' ? readArn(named, input.ShardIterator) : named;
      const [, , , streamRegion = '', streamAccount = ''] = arn.split(':');
      authorize(arn, { resourceAccount: streamAccount });
      if (streamRegion !== region) {
        throw new AwsError(
          'InvalidArgumentException',
          `StreamARN ${arn} is not in the region of the request, ${region}`,
        );
      }

      const server = await servers.get(streamAccount, region);
      const body =
        typeof StreamARN === 'string' && operation !== 'GetRecords'
          ? { ...rest, StreamName: arn.slice(arn.indexOf('/') + 1) }
          : rest;
      return server.send(request.headers, JSON.stringify(body));
    },
    fail: jsonFailure,
  };
}

/** GetRecords reads the stream of its iterator, in the account of the ARN beside it or the caller's, whatever that ARN names. */
function readArn(named: string, iterator: unknown): string {
  const streamName = typeof iterator === 'string' ? iteratorStream(iterator) : undefined;
  if (streamName === undefined) throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
  return `${named.slice(0, named.indexOf('/'))}/${streamName}`;
}

/** The Kinesis server would not answer as long as no record is as young. */
function atTimestamp(): AwsError {
  return new AwsError(
    'InvalidArgumentException',
    'The local AWS does not know the ShardIteratorType AT_TIMESTAMP here; an event source mapping may start so',
  );
}
