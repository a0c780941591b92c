import { beforeEach, describe, expect, test } from 'vitest';
import { createFailureDestination } from '../../../src/event-source-mapping/stream/failure-destination.ts';
import type { FailedBatch } from '../../../src/event-source-mapping/stream/stream-mapping-options.ts';
import type { Policy } from '../../../src/iam/policy.ts';
import { createBuckets } from '../../../src/services/s3/buckets.ts';
import { createQueues } from '../../../src/services/sqs/queues.ts';
import {
  allow,
  deployedBucket,
  deployedMapping,
  deployedQueue,
  eventRecord,
  instantClock,
  NOON_MS,
  policy,
  roleSession,
  SOURCE,
  temporaryFolder,
  user,
} from '../../factories.ts';

let folder: string;
let problems: string[];

beforeEach(async () => {
  problems = [];
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  return temporary.remove;
});

const records = [
  eventRecord({ sequenceNumber: '7', arrivalSeconds: NOON_MS / 1000 - 2 }),
  eventRecord({ sequenceNumber: '8', arrivalSeconds: NOON_MS / 1000 - 1.5 }),
];

async function keep(bucket: string | undefined, policies: Policy[], bucketPolicy: Policy = []) {
  const buckets = createBuckets(folder, instantClock());
  buckets.deploy([deployedBucket({ policy: bucketPolicy })]);
  const destination = createFailureDestination(
    buckets,
    createQueues([], instantClock()),
    instantClock(),
    (message) => problems.push(message),
  );
  const batch: FailedBatch = {
    mapping: deployedMapping({
      onFailure: bucket === undefined ? undefined : { service: 's3', bucket },
    }),
    shardId: 'shardId-000000000000',
    records,
    condition: 'RetryAttemptsExhausted',
    attempts: 3,
    functionError: 'Unhandled',
  };
  await destination(batch, roleSession(SOURCE, 'forwarder', ...policies));
  return buckets;
}

const PUT = policy(allow('s3:PutObject', 'arn:aws:s3:::failures/*'));
const GIVEN_UP =
  '2 records of arn:aws:kinesis:us-west-2:111111111111:stream/orders were given up (RetryAttemptsExhausted)';

describe('createFailureDestination', () => {
  test('keeps the complete event beside the facts about its failure', async () => {
    const buckets = await keep('failures', [PUT]);
    const [problem = ''] = problems;
    expect(problems).toHaveLength(1);
    expect(problem).toMatch(
      /^2 records of \S+ were given up \(RetryAttemptsExhausted\) and are kept in s3:\/\/failures\/aws\/lambda\/route-orders-Mapping\/shardId-000000000000\/2026\/01\/15\/2026-01-15T12\.00\.00-[0-9a-f-]{36}$/,
    );
    const reader = user(SOURCE, policy(allow('s3:GetObject', '*')));
    const { body } = await buckets.get(reader, 'failures', problem.split('s3://failures/')[1] ?? '');
    expect(JSON.parse(body.toString())).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-west-2:111111111111:function:forwarder',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-01-15T12:00:00.000Z',
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: '7',
        endSequenceNumber: '8',
        approximateArrivalOfFirstRecord: '2026-01-15T11:59:58.000Z',
        approximateArrivalOfLastRecord: '2026-01-15T11:59:58.500Z',
        batchSize: 2,
        streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
      },
      payload: JSON.stringify({ Records: records }),
    });
  });

  test('reports that records are lost when their mapping has no destination', async () => {
    await keep(undefined, [PUT]);
    expect(problems).toEqual([`${GIVEN_UP} and are lost: their mapping has no on-failure destination`]);
  });

  test('reports that records are lost when their bucket is not there', async () => {
    await keep('elsewhere', [PUT]);
    expect(problems).toEqual([`${GIVEN_UP} and are lost: The specified bucket does not exist: elsewhere`]);
  });

  test('reports that records are lost when the role may not put them there', async () => {
    const denied =
      /^2 records of \S+ were given up \(RetryAttemptsExhausted\) and are lost: User: arn:aws:sts::111111111111:assumed-role\/forwarder\/session is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::failures\/aws\/lambda\/\S+ because /;
    await keep('failures', []);
    const deny = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*', Principal: '*' });
    await keep('failures', [PUT], deny);
    expect(problems).toEqual([expect.stringMatching(denied), expect.stringMatching(denied)]);
  });
});

describe('createFailureDestination of a queue', () => {
  const queue = deployedQueue({ name: 'failures' });
  const SEND = policy(allow('sqs:SendMessage', queue.arn));

  async function report(policies: Policy[], part: Partial<FailedBatch> = {}, queueArn = queue.arn) {
    const clock = instantClock();
    const queues = createQueues([queue], clock);
    const onFailure = { service: 'sqs' as const, queueArn };
    const { mapping = deployedMapping(), ...facts } = part;
    const destination = createFailureDestination(createBuckets(folder, clock), queues, clock, (message) =>
      problems.push(message),
    );
    await destination(
      {
        shardId: 'shardId-000000000000',
        records,
        condition: 'RetryAttemptsExhausted',
        attempts: 2,
        functionError: undefined,
        ...facts,
        mapping: { ...mapping, onFailure },
      },
      roleSession(SOURCE, 'forwarder', ...policies),
    );
    return (
      queues
        .find(queue.arn)
        ?.messages()
        .map(({ body }) => JSON.parse(body)) ?? []
    );
  }

  test('holds the facts about the failure, and no record', async () => {
    const [body] = await report([SEND]);
    expect(body).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-west-2:111111111111:function:forwarder',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
      version: '1.0',
      timestamp: '2026-01-15T12:00:00.000Z',
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: '7',
        endSequenceNumber: '8',
        approximateArrivalOfFirstRecord: '2026-01-15T11:59:58.000Z',
        approximateArrivalOfLastRecord: '2026-01-15T11:59:58.500Z',
        batchSize: 2,
        streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
      },
    });
    expect(problems[0]).toContain(`are reported in ${queue.arn}, which holds where they are in the stream`);
  });

  test('reports records that grew too old as one invocation, without a response', async () => {
    const [body] = await report([SEND], { condition: 'RecordAgeExceeded', attempts: 7 });
    expect(body.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 1 });
    expect(body).not.toHaveProperty('responseContext');
  });

  test('names the batch of a table DDBStreamBatchInfo', async () => {
    const streamArn = 'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-15T12:00:00.000';
    const [body] = await report([SEND], {
      mapping: deployedMapping({ streamArn, eventSourceArn: streamArn }),
    });
    expect(body.KinesisBatchInfo).toBeUndefined();
    expect(body.DDBStreamBatchInfo).toMatchObject({ batchSize: 2, streamArn });
  });

  test('reports that records are lost when the role may not send there, or nothing is there', async () => {
    expect(await report([])).toEqual([]);
    expect(problems[0]).toContain(`are lost: User: arn:aws:sts::111111111111:assumed-role/forwarder/session`);
    expect(problems[0]).toContain(`sqs:SendMessage on resource: ${queue.arn}`);
    expect(await report([SEND], {}, `${queue.arn}-2`)).toEqual([]);
    expect(problems[1]).toContain('are lost: The specified queue does not exist');
  });
});
