import { randomUUID } from 'node:crypto';
import { partitionOf } from '@xacct/core';
import type { Buckets, NewObject } from '../buckets.ts';
import type { Clock } from '../clock.ts';
import type { Principal } from '../principal.ts';
import type { FailedBatch } from './mapping.ts';

/** Where a mapping's failed batches go: into its bucket, put there by the function's execution role. */
export class FailureDestination {
  readonly #buckets: Buckets;
  readonly #clock: Clock;
  readonly #onProblem: (message: string) => void;

  constructor(buckets: Buckets, clock: Clock, onProblem: (message: string) => void) {
    this.#buckets = buckets;
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** Keeps a batch, or says that it is lost. */
  async keep(batch: FailedBatch, executionRole: Principal): Promise<void> {
    const { mapping, records, condition } = batch;
    const what = `${records.length} records of ${mapping.eventSourceArn} were given up (${condition})`;
    if (mapping.failureBucket === undefined) {
      this.#onProblem(`${what} and are lost: their mapping has no on-failure destination`);
      return;
    }
    const object = toFailureObject(batch, this.#clock);
    try {
      await this.#buckets.put(executionRole, partitionOf(mapping.region), mapping.failureBucket, object);
      this.#onProblem(`${what} and are kept in s3://${mapping.failureBucket}/${object.key}`);
    } catch (error) {
      this.#onProblem(`${what} and are lost: ${(error as Error).message}`);
    }
  }
}

/**
 * What an S3 on-failure destination gets: the batch's whole event beside the facts about its failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
function toFailureObject(
  { mapping, shardId, records, condition, attempts }: FailedBatch,
  clock: Clock,
): NewObject {
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
