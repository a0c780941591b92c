import { encodeRoute, type Target } from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventHandler } from '../src/handle-event.ts';
import {
  invocationContext,
  kinesisEvent,
  kinesisRecord,
  kinesisRecords,
  sqsRecord,
  storedRoute,
  target,
} from './factories.ts';
import { loggedLines } from './logged-lines.ts';
import {
  type FakeAws,
  functionError,
  issuedCredentials,
  never,
  received,
  serviceError,
  startAws,
} from './servers.ts';
import { expectedSignature, parseAuthorization } from './sigv4.ts';

const environment = {
  AWS_REGION: 'us-west-2',
  AWS_ACCESS_KEY_ID: 'ASIAFORWARDER',
  AWS_SECRET_ACCESS_KEY: 'secret of the forwarder',
  AWS_SESSION_TOKEN: 'token of the forwarder',
  AWS_LAMBDA_FUNCTION_NAME: 'xacct-forwarder-default',
  XACCT_PARAMETER_PREFIX: '/xacct/default',
  XACCT_FAILURE_BUCKET: 'failures',
};
const orders = target({ account: '222222222222' });
const audit = target({ account: '333333333333', invocation: 'request-response' });

let aws: FakeAws;
let handler: EventHandler;
let streams = 0;

beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries({ ...environment, AWS_ENDPOINT_URL: aws.url })) {
    vi.stubEnv(name, value);
  }
  ({ handler } = await import('../src/index.ts'));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

let lines: string[];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(...String(line).trimEnd().split('\n'));
    loggedLines.push(String(line));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  aws.functions.clear();
  aws.invocations.length = 0;
  aws.assumedRoles.length = 0;
  aws.reads.length = 0;
  aws.messages.length = 0;
  aws.questions.length = 0;
  aws.objects.clear();
  aws.s3 = () => undefined;
});

/** What was logged, and what was counted by target's function. */
function told() {
  const documents = lines.map((line): Record<string, unknown> => JSON.parse(line));
  return {
    log: documents.filter((document) => 'level' in document),
    counted: Object.fromEntries(
      documents.flatMap(({ Target, RecordsIn = 0, Delivered = 0, Filtered = 0, Parked = 0, Failed = 0 }) =>
        Target === undefined ? [] : [[Target, { RecordsIn, Delivered, Filtered, Parked, Failed }]],
      ),
    ),
  };
}

/** A stream of its own for each test, whose route was never read. */
function routeStream(...targets: Target[]): string {
  streams += 1;
  const [value = ''] = encodeRoute(storedRoute({ targets }));
  aws.parameters.set(`/xacct/default/kinesis/stream-${streams}`, value);
  return `arn:aws:kinesis:us-west-2:111111111111:stream/stream-${streams}`;
}

function of(eventSourceARN: string, records: KinesisStreamRecord[]): KinesisStreamRecord[] {
  return records.map((record) => ({ ...record, eventSourceARN }));
}

/** A message whose time has come. */
function dueNow(body: string): string {
  return JSON.stringify({ ...JSON.parse(body), dueAt: new Date().toISOString() });
}

describe('handler', () => {
  test('hands every target the event as it came, byte for byte', async () => {
    const records = of(routeStream(orders, audit), [
      kinesisRecord({ sequenceNumber: '1', data: '{"order":1}' }),
      kinesisRecord({ sequenceNumber: '2', data: '', partitionKey: 'ключ 🔑' }),
      kinesisRecord({ sequenceNumber: '3', approximateArrivalTimestamp: 1_700_000_000 }),
    ]);

    expect(await handler(kinesisEvent(records), invocationContext())).toEqual({ batchItemFailures: [] });

    expect(aws.invocations.map(({ functionArn, type }) => [functionArn, type]).sort()).toEqual([
      [orders.functionArn, 'Event'],
      [audit.functionArn, 'RequestResponse'],
    ]);
    for (const { request } of aws.invocations) {
      expect(request.body.toString()).toBe(JSON.stringify({ Records: records }));
    }
    const all = { RecordsIn: 3, Delivered: 3, Filtered: 0, Parked: 0, Failed: 0 };
    expect(told()).toEqual({ log: [], counted: { [orders.functionArn]: all, [audit.functionArn]: all } });
  });

  test('invokes with the credentials of the role, and asks for them with its own', async () => {
    const external = target({ account: '555555555555', externalId: 'xacct:external' });

    await handler(kinesisEvent(of(routeStream(external), kinesisRecords(1))), invocationContext());

    expect(aws.assumedRoles).toEqual([
      {
        roleArn: external.roleArn,
        externalId: 'xacct:external',
        roleSessionName: 'orders',
        durationSeconds: 3600,
      },
    ]);
    const issued = issuedCredentials(1);
    const [invocation] = aws.invocations;
    if (invocation === undefined) throw new Error('The call did not arrive');
    expect(parseAuthorization(invocation.request)).toMatchObject({
      accessKeyId: issued.accessKeyId,
      signature: expectedSignature(invocation.request, issued.secretAccessKey),
    });
  });

  test('calls neither STS nor SSM, and opens no connection, when warm', async () => {
    const stream = routeStream(orders, audit);
    const event = kinesisEvent(of(stream, kinesisRecords(3)));
    await handler(event, invocationContext());
    const connections = aws.connections();
    aws.assumedRoles.length = 0;
    aws.reads.length = 0;
    aws.invocations.length = 0;

    for (let batch = 0; batch < 5; batch++) await handler(event, invocationContext());

    expect(aws.assumedRoles).toEqual([]);
    expect(aws.reads).toEqual([]);
    expect(aws.invocations).toHaveLength(10);
    expect(aws.connections()).toBe(connections);
  });

  test('sends a large batch in chunks, none lost', async () => {
    const records = of(routeStream(orders, audit), kinesisRecords(40, 100_000));

    expect(await handler(kinesisEvent(records), invocationContext())).toEqual({ batchItemFailures: [] });

    const all = records.map((record) => record.kinesis.sequenceNumber);
    expect(received(aws, orders.functionArn).flat().sort()).toEqual(all.toSorted());
    expect(received(aws, orders.functionArn)).toHaveLength(6);
    expect(received(aws, audit.functionArn)).toEqual([all]);
  });

  test('reports the records that one target does not have, while the others get all of them', async () => {
    const records = of(routeStream(orders, audit), kinesisRecords(3));
    aws.functions.set(audit.functionArn, () => functionError('TypeError', 'data of 1'));

    expect(await handler(kinesisEvent(records), invocationContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });

    expect(received(aws, orders.functionArn)).toEqual([['1', '2', '3']]);
    expect(told().log).toMatchObject([
      { level: 'error', target: audit.functionArn, class: 'function-error' },
    ]);
  });

  test('reports a target that hangs before the time is up, while the others get the batch', async () => {
    const records = of(routeStream(orders, audit), kinesisRecords(2));
    aws.functions.set(audit.functionArn, never);

    expect(await handler(kinesisEvent(records), invocationContext({ remainingMs: 2_000 }))).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });

    expect(received(aws, orders.functionArn)).toEqual([['1', '2']]);
    expect(told().log).toMatchObject([{ target: audit.functionArn, class: 'deadline' }]);
  });

  test('parks what one target does not take, and sends it to that target alone from the queue', async () => {
    const failing = { ...orders, onFailure: 'park' } as const;
    const records = of(routeStream(failing, audit), kinesisRecords(3));
    aws.functions.set(failing.functionArn, () =>
      serviceError(404, 'ResourceNotFoundException', 'no such function'),
    );

    expect(await handler(kinesisEvent(records), invocationContext())).toEqual({ batchItemFailures: [] });
    expect(received(aws, audit.functionArn)).toEqual([['1', '2', '3']]);
    expect(aws.messages).toMatchObject([
      { queueUrl: storedRoute().retryQueueUrl, group: failing.functionArn },
    ]);
    const [{ body, delaySeconds } = { body: '', delaySeconds: 0 }] = aws.messages;
    expect(delaySeconds).toBeGreaterThanOrEqual(15);
    expect(delaySeconds).toBeLessThanOrEqual(30);
    expect(told().counted[failing.functionArn]).toEqual({
      RecordsIn: 3,
      Delivered: 0,
      Filtered: 0,
      Parked: 3,
      Failed: 0,
    });

    lines.length = 0;
    aws.invocations.length = 0;
    aws.functions.clear();
    const queued = { Records: [sqsRecord(dueNow(body))] };
    expect(await handler(queued, invocationContext())).toEqual({ batchItemFailures: [] });

    expect(aws.invocations).toHaveLength(1);
    expect(aws.invocations[0]?.request.body.toString()).toBe(JSON.stringify({ Records: records }));
    expect(told()).toEqual({
      log: [],
      counted: { [failing.functionArn]: { RecordsIn: 3, Delivered: 3, Filtered: 0, Parked: 0, Failed: 0 } },
    });
  });

  test('keeps what is larger than a message in the failure bucket, signed with its own credentials', async () => {
    const failing = { ...orders, onFailure: 'park' } as const;
    const large = kinesisRecord({ data: 'd'.repeat(900_000) });
    const requests: Parameters<FakeAws['s3']>[0][] = [];
    aws.s3 = (request) => {
      requests.push(request);
      return undefined;
    };
    aws.functions.set(failing.functionArn, () =>
      serviceError(404, 'ResourceNotFoundException', 'no such function'),
    );

    expect(await handler(kinesisEvent(of(routeStream(failing), [large])), invocationContext())).toEqual({
      batchItemFailures: [],
    });

    expect(aws.objects.size).toBe(1);
    const [request] = requests;
    if (request === undefined) throw new Error('The call did not arrive');
    expect(parseAuthorization(request)).toMatchObject({
      accessKeyId: 'ASIAFORWARDER',
      signature: expectedSignature(request, 'secret of the forwarder'),
    });
  });

  test('brings what waits in the failure bucket to its target, and deletes the object', async () => {
    const failing = { ...orders, onFailure: 'park' } as const;
    const records = of(routeStream(failing), [kinesisRecord({ data: 'd'.repeat(900_000) })]);
    aws.functions.set(failing.functionArn, () =>
      serviceError(404, 'ResourceNotFoundException', 'no such function'),
    );
    await handler(kinesisEvent(records), invocationContext());
    const [{ body } = { body: '' }] = aws.messages;
    expect(JSON.parse(body).object).toMatch(/^waiting\/orders\//);
    aws.invocations.length = 0;
    aws.functions.clear();

    const queued = { Records: [sqsRecord(dueNow(body))] };
    expect(await handler(queued, invocationContext())).toEqual({ batchItemFailures: [] });

    expect(aws.invocations.map(({ request }) => request.body.toString())).toEqual([
      JSON.stringify({ Records: records }),
    ]);
    expect(aws.objects.size).toBe(0);
  });

  test('dead-letters what it cannot read, with the queue that the retry queue itself names', async () => {
    const { retryQueueUrl, deadLetterQueueUrl } = storedRoute();
    aws.deadLetterQueues.set(
      retryQueueUrl,
      'arn:aws:sqs:us-west-2:111111111111:xacct-route-orders-dead-letters',
    );

    const queued = { Records: [sqsRecord('no parked records')] };
    expect(await handler(queued, invocationContext())).toEqual({ batchItemFailures: [] });

    expect(aws.messages).toMatchObject([{ queueUrl: deadLetterQueueUrl, body: 'no parked records' }]);
  });

  test('assumes ten roles ten times for a thousand invocations at once', async () => {
    const targets = Array.from({ length: 10 }, (_, index) =>
      target({ account: String(600_000_000_000 + index) }),
    );
    const streamArns = targets.map((each) => routeStream(each));

    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => {
        const records = of(streamArns[index % 10] ?? '', kinesisRecords(1));
        return handler(kinesisEvent(records), invocationContext());
      }),
    );

    expect(aws.assumedRoles).toHaveLength(10);
    expect(aws.invocations).toHaveLength(1000);
  });

  test('does not load without the prefix of its parameters', async () => {
    vi.resetModules();
    vi.stubEnv('XACCT_PARAMETER_PREFIX', '');

    await expect(import('../src/index.ts')).rejects.toThrow(
      'The environment variable XACCT_PARAMETER_PREFIX is not set, e.g. to /xacct/default',
    );
  });
});
