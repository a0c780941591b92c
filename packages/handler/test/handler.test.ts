import { encodeRoute, type Target } from '@xacct/core';
import type { KinesisStreamRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StreamBatchHandler } from '../src/stream-batch.ts';
import {
  batchContext,
  kinesisEvent,
  kinesisRecord,
  kinesisRecords,
  storedRoute,
  target,
} from './factories.ts';
import { type FakeAws, functionError, issuedCredentials, never, received, startAws } from './servers.ts';
import { expectedSignature, parseAuthorization } from './sigv4.ts';

const environment = {
  AWS_REGION: 'us-west-2',
  AWS_ACCESS_KEY_ID: 'ASIAFORWARDER',
  AWS_SECRET_ACCESS_KEY: 'secret of the forwarder',
  AWS_SESSION_TOKEN: 'token of the forwarder',
  XACCT_PARAMETER_PREFIX: '/xacct/default',
};
const orders = target({ account: '222222222222' });
const audit = target({ account: '333333333333', invocation: 'request-response' });

let aws: FakeAws;
let handler: StreamBatchHandler;
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
    lines.push(String(line));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  aws.functions.clear();
  aws.invocations.length = 0;
  aws.assumedRoles.length = 0;
  aws.reads.length = 0;
});

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

describe('handler', () => {
  test('hands every target the event as it came, byte for byte', async () => {
    const records = of(routeStream(orders, audit), [
      kinesisRecord({ sequenceNumber: '1', data: '{"order":1}' }),
      kinesisRecord({ sequenceNumber: '2', data: '', partitionKey: 'ключ 🔑' }),
      kinesisRecord({ sequenceNumber: '3', approximateArrivalTimestamp: 1_700_000_000 }),
    ]);

    expect(await handler(kinesisEvent(records), batchContext())).toEqual({ batchItemFailures: [] });

    expect(aws.invocations.map(({ functionArn, type }) => [functionArn, type]).sort()).toEqual([
      [orders.functionArn, 'Event'],
      [audit.functionArn, 'RequestResponse'],
    ]);
    for (const { request } of aws.invocations) {
      expect(request.body.toString()).toBe(JSON.stringify({ Records: records }));
    }
    expect(lines).toEqual([]);
  });

  test('invokes with the credentials of the role, and asks for them with its own', async () => {
    const external = target({ account: '555555555555', externalId: 'xacct:external' });

    await handler(kinesisEvent(of(routeStream(external), kinesisRecords(1))), batchContext());

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
    await handler(event, batchContext());
    const connections = aws.connections();
    aws.assumedRoles.length = 0;
    aws.reads.length = 0;
    aws.invocations.length = 0;

    for (let batch = 0; batch < 5; batch++) await handler(event, batchContext());

    expect(aws.assumedRoles).toEqual([]);
    expect(aws.reads).toEqual([]);
    expect(aws.invocations).toHaveLength(10);
    expect(aws.connections()).toBe(connections);
  });

  test('sends a large batch in chunks, in order, none lost', async () => {
    const records = of(routeStream(orders, audit), kinesisRecords(40, 100_000));

    expect(await handler(kinesisEvent(records), batchContext())).toEqual({ batchItemFailures: [] });

    const all = records.map((record) => record.kinesis.sequenceNumber);
    expect(received(aws, orders.functionArn).flat()).toEqual(all);
    expect(received(aws, orders.functionArn)).toHaveLength(6);
    expect(received(aws, audit.functionArn)).toEqual([all]);
  });

  test('reports the records that one target does not have, while the others get all of them', async () => {
    const records = of(routeStream(orders, audit), kinesisRecords(3));
    aws.functions.set(audit.functionArn, () => functionError('TypeError', 'data of 1'));

    expect(await handler(kinesisEvent(records), batchContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });

    expect(received(aws, orders.functionArn)).toEqual([['1', '2', '3']]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', target: audit.functionArn });
  });

  test('reports a target that hangs before the time is up, while the others get the batch', async () => {
    const records = of(routeStream(orders, audit), kinesisRecords(2));
    aws.functions.set(audit.functionArn, never);

    expect(await handler(kinesisEvent(records), batchContext({ remainingMs: 2_000 }))).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });

    expect(received(aws, orders.functionArn)).toEqual([['1', '2']]);
    expect(lines).toHaveLength(1);
  });

  test('fails for a stream without a route, naming the parameter expected', async () => {
    const stream = 'arn:aws:kinesis:us-west-2:111111111111:stream/unknown';

    await expect(handler(kinesisEvent(of(stream, kinesisRecords(1))), batchContext())).rejects.toThrow(
      '/xacct/default/kinesis/unknown',
    );
  });

  test('does not load without the prefix of its parameters', async () => {
    vi.resetModules();
    vi.stubEnv('XACCT_PARAMETER_PREFIX', '');

    await expect(import('../src/index.ts')).rejects.toThrow(
      'The environment variable XACCT_PARAMETER_PREFIX is not set, e.g. to /xacct/default',
    );
  });
});
