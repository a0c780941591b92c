import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, parseRoutes } from '@xacct/core';
import { synthesize } from '@xacct/infra';
import type { Delivery } from '@xacct/local';
import { type PutRecord, type RoutedAws, startRoutedAws } from '@xacct/reconcile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';
import { putEvents } from '../../src/demo/put-events.ts';
import { routesYaml } from '../xacct.ts';

/** One route on one shard: its batches follow one another in one process of the forwarder. */
let folder: string;
let aws: RoutedAws;
const deliveries: Delivery[] = [];
const calls = new Map<string, number>();
const put: PutRecord[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-warm-'));
  const { routes, problems } = parseRoutes(
    routesYaml(`  - stream: orders
    batchSize: 10
    batchWindowSeconds: 0
    targets:
      - { account: analytics, function: "ledger:live", invocation: request-response }
`),
  );
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  await synthesize(routes, join(folder, 'cdk.out'));
  aws = await startRoutedAws({
    assembly: join(folder, 'cdk.out'),
    deliveries: join(folder, 'deliveries'),
    shards: 1,
    events: {
      onDelivery: (delivery) => void deliveries.push(delivery),
      onCall: ({ action }) => void calls.set(action, (calls.get(action) ?? 0) + 1),
    },
  });
  const [stream] = aws.routes;
  if (stream === undefined) throw new Error('There is no route');
  await putEvents(aws, stream, sampleEvents().slice(0, 60), (records) => void put.push(...records));
  await vi.waitFor(() => expect(arrived()).toHaveLength(60), { timeout: 30_000 });
});
afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true });
});

interface Arrived {
  eventID: string;
  kinesis: { data: string; sequenceNumber: string };
}

function arrived(): Arrived[] {
  return deliveries.flatMap(({ invocation }) => (invocation.event as { Records: Arrived[] }).Records);
}

describe('a warm forwarder', () => {
  test('assumes a role once and reads its route once, however many batches there are', () => {
    expect(calls.get('lambda:InvokeFunction')).toBeGreaterThanOrEqual(6);
    expect(calls.get('sts:AssumeRole')).toBe(1);
    expect(calls.get('ssm:GetParameters')).toBe(1);
    expect(calls.has('ssm:GetParameter')).toBe(false);
  });

  test('hands the target every record in order, byte for byte', () => {
    expect(arrived().map(({ eventID }) => eventID)).toEqual(put.map(({ eventId }) => eventId));
    expect(arrived().map(({ kinesis }) => kinesis.data)).toEqual(put.map(({ content }) => content));
  });

  test('hands it over in the shape of an event source mapping', () => {
    const [record] = arrived();
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: sampleEvents()[0]?.partitionKey,
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: put[0]?.content,
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: put[0]?.eventId,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::111111111111:role/xacct-forwarder-default',
      awsRegion: 'us-west-2',
      eventSourceARN: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders',
    });
    expect(
      deliveries.every(({ invocation }) => Object.keys(invocation.event as object).join() === 'Records'),
    ).toBe(true);
  });
});
