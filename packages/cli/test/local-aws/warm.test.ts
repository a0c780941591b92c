import type { Delivery } from '@xacct/local';
import type { PutRecord } from '@xacct/reconcile';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';
import { putEvents } from '../../src/demo/put-events.ts';
import { routesYaml } from '../xacct.ts';
import { type Deployment, startDeployment } from './start-deployment.ts';

/** One route on one shard: its batches follow one another in one process of the forwarder. */
let deployment: Deployment;
const deliveries: Delivery[] = [];
const calls = new Map<string, number>();
const put: PutRecord[] = [];

beforeAll(async () => {
  const text = routesYaml(`  - stream: orders
    batchSize: 10
    batchWindowSeconds: 0
    targets:
      - { account: analytics, function: "ledger:live", invocation: request-response }
`);
  deployment = await startDeployment(text, {
    events: {
      onDelivery: (delivery) => void deliveries.push(delivery),
      onCall: ({ action }) => void calls.set(action, (calls.get(action) ?? 0) + 1),
    },
  });
  const { aws } = deployment;
  const [stream] = aws.routes;
  if (stream === undefined) throw new Error('There is no route');
  await putEvents(aws, stream, sampleEvents().slice(0, 60), (records) => void put.push(...records));
  await vi.waitFor(() => expect(arrived()).toHaveLength(60), { timeout: 30_000 });
});
afterAll(() => deployment?.stop());

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
