import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { encodeParkedRecords, encodeParkedReference, encodeRoute } from '@xacct/core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  queueWorld,
  smallWorld,
  steppedClock,
  temporaryFolder,
  type WrittenStack,
  writeAssembly,
} from '../../local/test/factories.ts';
import { s3Request } from '../../local/test/s3-request.ts';
import { type RoutedAwsOptions, startRoutedAws } from '../src/index.ts';
import { REGION, SOURCE, storedRoute, TARGET } from './factories.ts';

const FORWARDER = fileURLToPath(new URL('../../local/test/forwarder', import.meta.url));
const WORKER = fileURLToPath(new URL('../../local/test/queue-worker', import.meta.url));
const READER = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
const STREAM = `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`;
const WAIT = { timeout: 15_000, interval: 20 };

/** `smallWorld`, with its route as the forwarder would read it. */
function routedWorld(): WrittenStack[] {
  const [Value] = encodeRoute(
    storedRoute({
      targets: [
        {
          account: TARGET,
          region: REGION,
          functionArn: READER,
          roleArn: `arn:aws:iam::${TARGET}:role/orders`,
          externalId: 'xacct:orders',
          invocation: 'event',
          onFailure: 'block',
        },
      ],
    }),
  );
  const Properties = { Name: '/xacct/default/kinesis/orders', Type: 'String', Value };
  const Route = { Type: 'AWS::SSM::Parameter', Properties };
  const world = smallWorld({
    code: FORWARDER,
    environment: { XACCT_PARAMETER_PREFIX: '/xacct/default' },
    mapping: { Enabled: false },
  });
  return [...world, { name: 'parameter', template: { Resources: { Route } } }];
}

let folder: string;

beforeEach(async () => {
  const temporary = await temporaryFolder();
  folder = temporary.folder;
  return temporary.remove;
});

async function start(stacks: readonly WrittenStack[], options: Partial<RoutedAwsOptions> = {}) {
  const assembly = join(folder, 'assembly');
  await writeAssembly(assembly, stacks);
  return startRoutedAws({ assembly, deliveries: join(folder, 'deliveries'), shards: 1, ...options });
}

describe('startRoutedAws', () => {
  test('describes its routes', async () => {
    await using aws = await start(routedWorld());
    expect(aws.routes).toEqual([
      expect.objectContaining({
        name: 'orders',
        account: SOURCE,
        streamName: 'orders',
        streamArn: STREAM,
        enabled: false,
        targets: [expect.objectContaining({ account: TARGET, externalId: 'xacct:orders' })],
      }),
    ]);
  });

  test('has no routes where no mapping reads a stream', async () => {
    await using aws = await start(queueWorld({ code: WORKER, mapping: { Enabled: false } }));
    expect(aws.routes).toEqual([]);
  });

  test('counts an object as kept while a message refers to it, and shows the records that it brings', async () => {
    const facts = {
      route: 'orders',
      streamArn: STREAM,
      target: 'reader',
      shardId: 'shardId-000000000000',
      firstSequenceNumber: '1',
      lastSequenceNumber: '1',
      failure: 'throttled',
      reason: 'Rate Exceeded.',
      attempts: 1,
      parkedAt: '2026-01-15T12:00:00.000Z',
    };
    const texts = ['a', 'b'].map((eventID) => encodeParkedRecords(facts, [JSON.stringify({ eventID })]));
    const [waiting = '', orphan = ''] = texts;
    const reference = encodeParkedReference(facts, 1, 'waiting/a');
    const invocations: unknown[] = [];
    const events: RoutedAwsOptions['events'] = { onInvocation: ({ event }) => void invocations.push(event) };
    const Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'failures' } };
    const clock = steppedClock(Date.now());
    await using aws = await start(
      [
        ...queueWorld({ code: WORKER, queue: { DelaySeconds: 60 } }),
        { name: 'bucket', template: { Resources: { Bucket } } },
      ],
      { clock, events },
    );
    const place = aws.clientOf(SOURCE);
    const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${SOURCE}/retry`;
    await new SQSClient(place).send(new SendMessageCommand({ QueueUrl, MessageBody: reference }));
    for (const [key, body] of [
      ['waiting/a', waiting],
      ['waiting/b', orphan],
    ] as const)
      expect((await s3Request(place, { method: 'PUT', bucket: 'failures', key, body })).status).toBe(200);
    expect(await aws.kept()).toEqual([reference, waiting]);

    clock.advance(60_000);
    await vi.waitFor(async () => expect(await aws.kept()).toEqual([]), WAIT);
    expect(invocations).toEqual([{ Records: [expect.objectContaining({ body: waiting })] }]);
  });
});
