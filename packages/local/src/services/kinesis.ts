import { partitionOf } from '@xacct/core';
import { AwsError } from '../aws-error.ts';
import type { KinesisServers } from '../kinesis/kinesis-servers.ts';
import { jsonFailure, parseJsonBody, targetOperation } from './json-protocol.ts';
import type { Service } from './service.ts';

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
      const ownStreams = `arn:${partitionOf(region)}:kinesis:${region}:${principal.account}:stream/`;
      // GetRecords names no stream but in its iterator; whoever may read only some has to add the ARN.
      const arn = typeof StreamARN === 'string' ? StreamARN : `${ownStreams}${input.StreamName ?? '*'}`;
      const [, , , streamRegion = '', streamAccount = ''] = arn.split(':');
      authorize(arn, { resourceAccount: streamAccount });
      if (streamRegion !== region) {
        throw new AwsError(
          'InvalidArgumentException',
          `StreamARN ${arn} is not in the region of the request, ${region}`,
        );
      }

      const server = await servers.get(streamAccount, region);
      const named = typeof StreamARN === 'string' && operation !== 'GetRecords';
      const body = named ? { ...rest, StreamName: arn.slice(arn.indexOf('/') + 1) } : rest;
      return server.send(request.headers, JSON.stringify(body));
    },
    fail: jsonFailure,
  };
}
