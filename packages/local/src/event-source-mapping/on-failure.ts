import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FailedBatch } from './mapping.ts';

export interface FailureObject {
  key: string;
  body: string;
}

/**
 * What an S3 on-failure destination gets: the batch's whole event beside the facts about its failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function toFailureObject(
  { mapping, shardId, records, condition, attempts }: FailedBatch,
  clock: Clock,
): FailureObject {
  const date = new Date(clock.now());
  const [first, last] = [records.at(0), records.at(-1)];
  const arrival = (record: typeof first) =>
    new Date((record?.kinesis.approximateArrivalTimestamp ?? 0) * 1000).toISOString();
  const day = date.toISOString().slice(0, 10).replaceAll('-', '/');
  const time = date.toISOString().slice(0, 19).replaceAll(':', '.');
  return {
    key: `aws/lambda/${mapping.id}/${shardId}/${day}/${time}-${randomUUID()}`,
    body: JSON.stringify({
      requestContext: {
        requestId: randomUUID(),
        functionArn: mapping.functionArn,
        condition,
        approximateInvokeCount: attempts,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: date.toISOString(),
      KinesisBatchInfo: {
        shardId,
        startSequenceNumber: first?.kinesis.sequenceNumber,
        endSequenceNumber: last?.kinesis.sequenceNumber,
        approximateArrivalOfFirstRecord: arrival(first),
        approximateArrivalOfLastRecord: arrival(last),
        batchSize: records.length,
        streamArn: mapping.eventSourceArn,
      },
      payload: JSON.stringify({ Records: records }),
    }),
  };
}
