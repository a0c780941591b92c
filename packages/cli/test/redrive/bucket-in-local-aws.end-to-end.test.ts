import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { encodeParkedRecords } from '@xacct/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleEvents } from '../../src/demo/events.ts';
import { putEvents } from '../../src/demo/put-events.ts';
import { BUCKET, eventRecord } from '../bucket/given-up-batches.ts';
import { type Deployment, startDeployment } from '../local-aws/start-deployment.ts';
import { routesYaml, write } from '../xacct.ts';

/** Fails while a file says so, and otherwise writes down the ids of the events that it gets. */
const TARGET = `import { appendFileSync, existsSync } from 'node:fs';
const folder = new URL('.', import.meta.url).pathname;
export async function handler({ Records }, { functionName }) {
  if (existsSync(folder + functionName + '.broken')) throw new TypeError('broken');
  appendFileSync(folder + functionName + '.taken', Records.map(({ eventID }) => eventID + '\\n').join(''));
}
`;
const ROUTES = routesYaml(`  - stream: orders
    invocation: request-response
    batchWindowSeconds: 0
    retryForSeconds: 3600
    maximumRetryAttempts: 1
    targets:
      - { account: analytics, function: reader, onFailure: block }
      - { account: billing, function: ledger }
`);
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
const PARKED_ID = 'shardId-000000000001:105';

let deployment: Deployment;
let s3: S3Client;
let ids: string[];

beforeAll(async () => {
  write('routes.yaml', ROUTES);
  const files = { 'reader.mjs': TARGET, 'ledger.mjs': TARGET, 'reader.taken': '', 'ledger.taken': '' };
  deployment = await startDeployment(ROUTES, { files: { ...files, 'reader.broken': '' } });
  const { aws } = deployment;
  s3 = new S3Client({ ...aws.clientOf('111111111111'), forcePathStyle: true });

  const stream = aws.routes.find(({ streamName }) => streamName === 'orders');
  if (stream === undefined) throw new Error('No route reads orders');
  await putEvents(aws, stream, sampleEvents().slice(0, 3), (records) => {
    ids = records.map(({ eventId }) => eventId).sort();
  });
}, 120_000);
afterAll(async () => {
  s3?.destroy();
  await deployment?.stop();
});

function takenBy(target: string): string[] {
  return readFileSync(join(deployment.functions, `${target}.taken`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .sort();
}

async function keys(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key = '' }) => Key);
}

/** Records in the batches that the mapping gave up. */
async function givenUpIds(): Promise<string[]> {
  const bodies = await deployment.aws.kept();
  return bodies
    .map((body) => JSON.parse(body))
    .filter(({ KinesisBatchInfo }) => KinesisBatchInfo !== undefined)
    .flatMap(({ payload }) => JSON.parse(payload).Records.map(({ eventID }: { eventID: string }) => eventID))
    .sort();
}

async function run(...args: string[]) {
  const { code, stdout, stderr } = await deployment.asOperator(...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout);
}

describe('what the failure bucket holds, in the local AWS', () => {
  test('is counted: a batch that was given up, and parked records', async () => {
    await vi.waitFor(async () => expect(await givenUpIds()).toEqual(ids), { timeout: 60_000, interval: 200 });
    // A target with `park` is offered what the one with `block` has taken, and no more.
    expect([takenBy('reader'), takenBy('ledger')]).toEqual([[], []]);
    const facts = {
      ...{ route: 'orders', streamArn: STREAM, target: READER, shardId: 'shardId-000000000001' },
      ...{ firstSequenceNumber: '105', lastSequenceNumber: '105', failure: 'denied', reason: 'no' },
      ...{ attempts: 1, parkedAt: '2026-11-20T10:00:00.000Z' },
    };
    const Body = encodeParkedRecords(facts, [JSON.stringify(eventRecord(STREAM, '{}', 5))]);
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `parked/orders/${READER}/1.json`, Body }));

    const { failureBucket } = await run('parked', 'orders', '--bucket');
    const givenUp = (await keys()).filter((key) => key.startsWith('aws/lambda/')).length;
    expect(failureBucket).toEqual({ bucket: BUCKET, parked: 1, givenUp });
  });

  test('stays with --dry-run', async () => {
    const before = await keys();
    const { moved, complete } = await run('redrive', 'orders', '--from-bucket', '--dry-run');
    expect([moved.objects, moved.records, complete]).toEqual([before.length, 7, true]);
    expect(await keys()).toEqual(before);
  });

  test('comes to the targets: what was parked to its own, what was given up to all', async () => {
    await rm(join(deployment.functions, 'reader.broken'));
    const { moved } = await run('redrive', 'orders', '--from-bucket', '--rate', '100');
    expect(moved.records).toBe(7);
    await vi.waitFor(
      () => {
        expect(takenBy('reader')).toEqual([...ids, PARKED_ID].sort());
        expect(takenBy('ledger')).toEqual(ids);
      },
      { timeout: 60_000 },
    );
    expect(await keys()).toEqual([]);
    expect((await run('redrive', 'orders', '--from-bucket')).moved.objects).toBe(0);
  });
});
