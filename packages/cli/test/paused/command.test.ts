import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeParkedRecords, encodeRoute, parseRoutes } from '@xacct/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type QueueServer, startQueueServer } from '../queues/queue-server.ts';
import {
  type CloudFormationServer,
  CURRENT,
  startCloudFormationServer,
} from '../stacks/cloudformation-server.ts';
import { stacksOf } from '../stacks/stacks-of.ts';
import { folder, routesYaml, write, xacct } from '../xacct.ts';

const BUCKET = 'xacct-failures-default-111111111111-us-west-2';
const RETRY = 'xacct-route-orders-retry';
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const PARAMETER = '/xacct/default/kinesis/orders';
const RUNNING = routesYaml();
const PAUSED = RUNNING.replace('function: reader\n', 'function: reader\n        paused: true\n');
const KEY = `waiting/paused/orders/${READER}/2026-11-26T03:00:00.000Z-shardId-000000000000:1-2-0123456789abcdef.json`;
const DIFF = `--- routes.yaml
+++ routes.yaml
@@ -11,6 +11,7 @@
     targets:
       - account: analytics
         function: reader
+        paused: true
   - stream: payments
     targets:
       - group: everyone
`;

const log = join(folder, 'cdk.log');
let aws: CloudFormationServer;
let server: QueueServer;

beforeAll(async () => {
  aws = await startCloudFormationServer();
  server = await startQueueServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_SQS: server.endpoint,
    AWS_ENDPOINT_URL_S3: server.endpoint,
    AWS_ENDPOINT_URL_SSM: server.endpoint,
    AWS_ACCESS_KEY_ID: CURRENT.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'secret',
    XACCT_CDK: fileURLToPath(new URL('../stacks/fake-cdk.mjs', import.meta.url)),
    FAKE_CDK_LOG: log,
  });
});
afterAll(async () => {
  await aws.close();
  await server.close();
});

beforeEach(async () => {
  server.fill(RETRY, []);
  server.fillBucket(BUCKET, {});
  server.calls.length = 0;
  rmSync(log, { force: true });
  delete process.env.FAKE_CDK;
});

/** Makes the file and what is deployed say this; the forwarder reads `stored`. */
async function setUp({ file = RUNNING, stored = file }: { file?: string; stored?: string }): Promise<void> {
  write('routes.yaml', file);
  aws.deployed(await stacksOf(file));
  storeRoute(stored);
}

function storeRoute(text: string): void {
  const route = parseRoutes(text).routes?.routes[0];
  if (route === undefined) throw new Error('no route');
  server.parameters.clear();
  for (const [part, value] of encodeRoute(route).entries())
    server.parameters.set(part === 0 ? PARAMETER : `${PARAMETER}/${part}`, value);
}

const file = () => readFileSync(join(folder, 'routes.yaml'), 'utf8');
/** A line that is being written has no end yet. */
const deployedByCdk = () =>
  existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)[1])
    : [];

function kept(): string {
  const facts = {
    ...{ route: 'orders', streamArn: 'arn:aws:kinesis:us-west-2:111111111111:stream/orders', target: READER },
    ...{ shardId: 'shardId-000000000000', firstSequenceNumber: '1', lastSequenceNumber: '2' },
    ...{ failure: 'paused', reason: 'paused', attempts: 0, parkedAt: '2026-11-26T03:00:00.000Z', hops: 0 },
  };
  return encodeParkedRecords(facts, ['{"eventID":"1"}', '{"eventID":"2"}']);
}

describe('xacct pause', () => {
  test('edits the file, shows the change, and says what comes next, with --no-deploy', async () => {
    await setUp({});
    const { code, stdout, stderr } = await xacct('pause', 'orders', 'reader', '--no-deploy', '--yes');
    expect([code, stdout]).toEqual([0, 'Next: "xacct deploy orders" pauses analytics/reader\n']);
    expect(stderr).toBe(DIFF);
    expect([file(), deployedByCdk(), server.calls]).toEqual([PAUSED, [], []]);
  });

  test('writes nothing with --dry-run, which needs no terminal', async () => {
    await setUp({});
    const { code, stdout, stderr } = await xacct('pause', 'orders', 'reader', '--dry-run');
    expect([code, stdout, stderr, file()]).toEqual([0, '', DIFF, RUNNING]);
  });

  test('deploys that one route, whose forwarder then reads it', async () => {
    await setUp({ stored: PAUSED });
    // The fake CDK stores no parameters: the route is stored as soon as it is deployed.
    storeRoute(RUNNING);
    const running = xacct('pause', 'orders', 'reader', '--yes', '--json');
    const store = setInterval(() => {
      if (deployedByCdk().length > 0) storeRoute(PAUSED);
    }, 20);
    const { code, stdout, stderr } = await running.finally(() => clearInterval(store));
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { route: 'orders', targets: [READER], edited: true, deployed: true },
    ]);
    expect(deployedByCdk()).toEqual(['xacct-route-orders']);
    expect(stderr).toContain('~ route orders: analytics/reader (999999999999): paused');
    expect(file()).toBe(PAUSED);
  });

  test('deploys nothing where the target is paused already', async () => {
    await setUp({ file: PAUSED });
    const { code, stdout, stderr } = await xacct('pause', 'orders', 'reader', '--yes');
    expect([code, stderr]).toEqual([0, 'routes.yaml has analytics/reader of route orders paused already\n']);
    expect(stdout).toBe(
      'analytics/reader is paused; a forwarder that is running may send to it for 120 s more. Its records are kept for 90 days. "xacct resume orders reader" brings them back\n',
    );
    expect(deployedByCdk()).toEqual([]);
  });

  test('reports a deployment that fails, and that the file is edited', async () => {
    await setUp({});
    process.env.FAKE_CDK = JSON.stringify({ 'xacct-route-orders': '❌  xacct-route-orders failed: no' });
    const { code, stderr } = await xacct('pause', 'orders', 'reader', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain(
      '1 of 1 stacks are not deployed; routes.yaml is edited, and "xacct deploy orders" continues\n',
    );
    expect(file()).toBe(PAUSED);
  });

  test('refuses without a terminal unless --yes is given, and a target that is not there', async () => {
    await setUp({});
    expect(await xacct('pause', 'orders', 'reader')).toMatchObject({
      code: 2,
      stderr: 'Missing --yes: without a terminal, xacct cannot ask\n',
    });
    expect(await xacct('pause', 'orders', 'writer', '--yes')).toMatchObject({
      code: 2,
      stderr: 'Route "orders" has no target "writer", expected one of analytics/reader\n',
    });
    expect(file()).toBe(RUNNING);
  });
});

describe('xacct resume', () => {
  test('shows with --dry-run the change and what is kept, and changes nothing', async () => {
    await setUp({ file: PAUSED });
    const objects = server.fillBucket(BUCKET, { [KEY]: kept() });
    const { code, stdout, stderr } = await xacct('resume', 'orders', 'reader', '--dry-run');
    expect([code, stderr]).toEqual([0, expect.stringContaining('-        paused: true\n')]);
    expect(stdout).toMatch(
      /^ {2}999999999999\/reader {2}paused {2}2 records in 1 object, the oldest arrived /,
    );
    expect([file(), [...objects.keys()], server.messages(RETRY)]).toEqual([PAUSED, [KEY], []]);
  });

  test('only brings back what is kept for a target that is not paused', async () => {
    await setUp({});
    const objects = server.fillBucket(BUCKET, { [KEY]: kept() });
    const { code, stdout } = await xacct('resume', 'orders', 'reader', '--yes', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        ...{ route: 'orders', targets: [READER], dryRun: false, edited: false, deployed: false },
        ...{ sent: { objects: 1, records: 2, foreign: 0 }, complete: true },
      },
    ]);
    expect(deployedByCdk()).toEqual([]);
    expect(server.messages(RETRY).map(({ groupId }) => groupId)).toEqual([READER]);
    expect([...objects.keys()]).toEqual([expect.stringMatching(/^waiting\/orders\/resume-/)]);
    expect((await xacct('resume', 'orders', 'reader', '--yes')).stdout).toBe(
      'analytics/reader gets records again; no records were kept\n',
    );
  });

  test('says with --no-deploy what comes next', async () => {
    await setUp({ file: PAUSED });
    const { code, stdout } = await xacct('resume', 'orders', 'reader', '--no-deploy', '--yes');
    expect([code, stdout, file()]).toEqual([
      0,
      'Next: "xacct deploy orders", then "xacct resume orders reader" brings back what is kept\n',
      RUNNING,
    ]);
  });

  test('reports what S3 or Parameter Store refuses, with where to find the permissions', async () => {
    await setUp({});
    server.fillBucket(BUCKET, { [KEY]: kept() });
    for (const [operation, message] of [
      ['GetParameters', `Cannot read parameter ${PARAMETER}: AccessDenied`],
      ['ListObjectsV2', `Cannot list waiting/paused/orders/${READER}/ in bucket ${BUCKET}: AccessDenied`],
      ['DeleteObject', `Cannot delete object ${KEY}, which has been sent and would be sent once more, from`],
    ] as const) {
      server.refuse(operation, { type: 'AccessDenied', status: 403 });
      const { code, stderr } = await xacct('resume', 'orders', 'reader', '--yes');
      server.refuse(operation, undefined);
      expect(code).toBe(1);
      expect(stderr).toContain(message);
      expect(stderr).toContain('See "What it takes" in docs/operating.md for the permissions');
    }
  });
});
