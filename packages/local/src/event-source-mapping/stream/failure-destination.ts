import { randomUUID } from 'node:crypto';
import { type Principal, userIdOf } from '../../iam/principal.ts';
import { requireAllowed } from '../../iam/require-allowed.ts';
import { isTableStream } from '../../services/dynamodb-streams/table-streams.ts';
import type { KeptBatch } from '../../services/lambda/mapping-monitor.ts';
import type { Buckets, NewObject } from '../../services/s3/buckets.ts';
import type { Queues } from '../../services/sqs/queues.ts';
import { requireQueueKey } from '../../services/sqs/require-queue-key.ts';
import type { Clock } from '../../shared/clock.ts';
import { arrivalSecondsOf, type EventRecord, sequenceNumberOf } from './event-record.ts';
import type { FailedBatch } from './stream-mapping-options.ts';

/** Keeps a failed batch where its mapping says, as the function's execution role, or reports that it is lost. */
export type FailureDestination = (batch: FailedBatch, executionRole: Principal) => Promise<KeptBatch>;

export function createFailureDestination(
  buckets: Buckets,
  queues: Pick<Queues, 'find'>,
  clock: Clock,
  onProblem: (message: string) => void,
): FailureDestination {
  const putObject = async (batch: FailedBatch, bucket: string, executionRole: Principal) => {
    const object = toFailureObject(batch, clock);
    await buckets.put(executionRole, bucket, object);
    return `kept in s3://${bucket}/${object.key}`;
  };

  const sendMessage = (batch: FailedBatch, queueArn: string, executionRole: Principal) => {
    const queue = queues.find(queueArn);
    if (queue === undefined) throw new Error(`The specified queue does not exist: ${queueArn}`);
    const { account, policy } = queue.deployed;
    requireAllowed({
      principal: executionRole,
      action: 'sqs:SendMessage',
      resource: queueArn,
      resourceAccount: account,
      resourcePolicy: policy,
    });
    requireQueueKey(executionRole, queue.deployed, 'SendMessage');
    queue.send({
      body: JSON.stringify(describeFailure(batch, new Date(clock.now()))),
      attributes: {},
      groupId: undefined,
      senderId: userIdOf(executionRole),
      traceHeader: undefined,
      delaySeconds: undefined,
    });
    return `reported in ${queueArn}, which holds where they are in the stream, not the records`;
  };

  return async (batch, executionRole) => {
    const { mapping, records, condition } = batch;
    const what = `${records.length} records of ${mapping.eventSourceArn} were given up (${condition})`;
    if (mapping.onFailure === undefined) {
      onProblem(`${what} and are lost: their mapping has no on-failure destination`);
      return 'lost';
    }
    try {
      const place =
        mapping.onFailure.service === 's3'
          ? await putObject(batch, mapping.onFailure.bucket, executionRole)
          : sendMessage(batch, mapping.onFailure.queueArn, executionRole);
      onProblem(`${what} and are ${place}`);
      return 'kept';
    } catch (error) {
      onProblem(`${what} and are lost: ${(error as Error).message}`);
      return 'undelivered';
    }
  };
}

/** What an S3 on-failure destination gets: the complete event of the batch, and the facts about its failure. */
function toFailureObject(batch: FailedBatch, clock: Clock): NewObject {
  const { mapping, shardId, records } = batch;
  const date = new Date(clock.now());
  const day = date.toISOString().slice(0, 10).replaceAll('-', '/');
  const time = date.toISOString().slice(0, 19).replaceAll(':', '.');
  return {
    key: `aws/lambda/${mapping.id}/${shardId}/${day}/${time}-${randomUUID()}`,
    body: JSON.stringify({
      ...describeFailure(batch, date),
      payload: JSON.stringify({ Records: records }),
    }),
  };
}

/**
 * The facts about a failure, which are all that an SQS destination gets.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
function describeFailure(
  { mapping, shardId, records, condition, attempts, functionError }: FailedBatch,
  date: Date,
) {
  const [first, last] = [records.at(0), records.at(-1)];
  // Observed in AWS: a batch that grew too old has one invocation and no response, whether or not it ran.
  const isTooOld = condition === 'RecordAgeExceeded';
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: isTooOld ? 1 : attempts,
    },
    ...(!isTooOld && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: date.toISOString(),
    [isTableStream(mapping.streamArn) ? 'DDBStreamBatchInfo' : 'KinesisBatchInfo']: {
      shardId,
      startSequenceNumber: first && sequenceNumberOf(first),
      endSequenceNumber: last && sequenceNumberOf(last),
      approximateArrivalOfFirstRecord: arrivalOf(first),
      approximateArrivalOfLastRecord: arrivalOf(last),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}

function arrivalOf(record: EventRecord | undefined): string {
  return new Date(record === undefined ? 0 : arrivalSecondsOf(record) * 1000).toISOString();
}
